"""Run dbt: its commands, its process, the parsed project, its results and its documentation."""
