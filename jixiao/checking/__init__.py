"""Check documents without a warehouse: extraction, the models of the review, and their findings, in memory."""
