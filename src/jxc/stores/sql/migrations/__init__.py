"""The steps from version to version of the tables; ``jxc.stores.sql.migrate`` runs them."""
