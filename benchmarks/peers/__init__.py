"""Comparison of Jixiao with other implementations on the same data: alternating rounds, checked results."""
