"""The batteries."""
