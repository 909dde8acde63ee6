"""Labels for cartons and paperwork: what is on them, and the commands that make, print and watch them."""
