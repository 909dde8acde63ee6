"""The central store: takes every bench's attempts, keeps them once, and shows them to supervisors."""
