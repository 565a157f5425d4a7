"""What Dagster shows and runs, one folder a tool."""
