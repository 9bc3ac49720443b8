"""What it means in money: accounts, entries, periods, currency, closing."""
