"""One build: its lock, its folder, its record, its report. Nothing here knows Dagster's assets."""
