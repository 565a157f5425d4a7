"""Data generators and benchmarks. Tests run only the generators."""
