"""`python -m review_quality`, with tests/ on the path."""

from review_quality.report import main

main()
