"""`station bootstick`: builds the boot stick that starts laptops with the probe, and checks what was built."""
