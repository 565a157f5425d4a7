"""Pages for people: of a release, and of the rules."""
