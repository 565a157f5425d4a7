"""One build: its lock, folder, record and report, independent of Dagster's assets."""
