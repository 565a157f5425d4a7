"""Dagster wires the rooms together: no parsing, no SQL, no rules."""
