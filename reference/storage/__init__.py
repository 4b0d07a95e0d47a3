"""What the server remembers: SQL behind SQLAlchemy Core, SQLite embedded by default."""
