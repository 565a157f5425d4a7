"""The two gates: Great Expectations on DuckDB, pushed down as SQL."""
