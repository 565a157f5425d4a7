"""The job of a build, its schedule and its sensor."""
