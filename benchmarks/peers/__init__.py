"""Jixiao against others on the same generated data: alternating rounds, checked results, medians."""
