"""Deliveries at the door: `station delivery` makes them known and says what has come of them."""
