"""The words and the profiles: what a fact is, what a requirement is, and what the department asked for.

Floor 1. Imports nothing of ours. Everything here is a value: no files are opened except the profile
library that ships in this package (`specs.profiles`).
"""
