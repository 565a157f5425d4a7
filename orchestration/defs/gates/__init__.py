"""Great Expectations before and after the models."""
