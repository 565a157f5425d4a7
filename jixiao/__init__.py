"""Paths, releases and the command line of the budget-performance warehouse."""
