"""Generators and comparisons; never run by the tests, but for what makes their data."""
