"""Sealing from the command line: keys, the stick that carries the Windows probe, and opening what was sealed."""
