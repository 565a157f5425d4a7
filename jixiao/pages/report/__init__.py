"""The report of a release as a page to print: its documents, findings and changes."""
