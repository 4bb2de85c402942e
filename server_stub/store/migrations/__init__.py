"""Alembic's folder: one module a step, applied in order when a store is opened."""
