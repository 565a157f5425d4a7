"""Documents and raw CSVs."""
