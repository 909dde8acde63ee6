"""The bench engine: slots, attempts, scans. A process of its own with no user interface; screens are its clients."""
