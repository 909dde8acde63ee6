"""The forms of evidence, each cut into parts that can be left out: lines, JSON leaves, structures, bytes."""
