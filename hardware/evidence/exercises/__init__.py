"""Exercises: what the laptop measured of itself when it was made to do something. One parser for each.

The probe measures and never judges; what can be computed from its readings is computed here. No limit is known here.
"""
