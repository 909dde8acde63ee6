"""Judging stored attempts again by another profile: preview first, publish second. What was found stays as it is."""
