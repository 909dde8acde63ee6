"""The people of a bench: `station operator` takes them on, makes their badges, and lets them go."""
