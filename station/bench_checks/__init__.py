"""What proves a bench, from the command line: `station golden` and `station gate`."""
