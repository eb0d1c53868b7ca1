"""Migrations of the tables, one file a step; Alembic runs them by path."""
