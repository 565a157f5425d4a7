"""The desk: a small web page for the daily work over the current release. Its pages are in Chinese."""
