"""The page of a document: its forms as printed, each finding beside its line."""
