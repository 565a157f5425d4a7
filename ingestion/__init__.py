"""Convert documents to raw CSVs. Contains no SQL."""
