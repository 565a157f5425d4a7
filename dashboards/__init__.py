"""Dashboards for BI users."""
