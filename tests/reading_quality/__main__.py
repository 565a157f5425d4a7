"""`python -m reading_quality [FOLDER …]`, with tests/ on the path."""

from reading_quality.report import main

main()
