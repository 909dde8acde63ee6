"""The database's history: one file a step in `versions/`, applied in order at every start."""
