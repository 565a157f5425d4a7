"""The pages of a release and of the rules."""
