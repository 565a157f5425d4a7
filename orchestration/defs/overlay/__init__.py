"""The overlay of the computed tables over the last release."""
