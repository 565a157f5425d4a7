"""Files of the published tables for other programs: CSV, Excel, Parquet, JSON."""
