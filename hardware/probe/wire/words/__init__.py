"""What evidence says again and again: the words of the kernel's files, of firmware, of tools and of our frames."""
