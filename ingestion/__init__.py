"""Documents in, raw CSVs out. Knows nothing of SQL."""
