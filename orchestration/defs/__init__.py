"""Dagster's definitions, one folder for each tool."""
