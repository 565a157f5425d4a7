"""The report of a release as a page to print: what it holds, what was found, what changed."""
