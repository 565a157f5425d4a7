"""Plain budget and indicator tables, as a finance system exports them: one row a project or an indicator."""
