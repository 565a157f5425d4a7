"""The two gates: Great Expectations on DuckDB, as SQL."""
