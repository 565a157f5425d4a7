"""The Dagster definitions, which only call the other packages: no parsing, no SQL, no rules."""
