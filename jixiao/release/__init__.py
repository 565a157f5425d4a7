"""Releases: written, listed, switched and read."""
