"""Who reads the marts."""
