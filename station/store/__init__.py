"""The bench's store: one SQLite file with evidence, journal, attempts and outbox."""
