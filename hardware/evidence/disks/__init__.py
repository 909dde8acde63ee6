"""The disks: what is fitted, and what each says of its health."""
