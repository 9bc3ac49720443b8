"""What stock cost: one file per method over one engine; see ``engine`` for the loop and ``policy`` for the choices."""
