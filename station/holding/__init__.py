"""Laptops put aside: `station hold` lists them and lets them go."""
