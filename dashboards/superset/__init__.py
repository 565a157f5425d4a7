"""Dashboards on Apache Superset, provisioned from the files of this folder."""
