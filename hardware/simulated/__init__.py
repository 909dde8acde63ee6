"""Stand-ins that speak the real interfaces: a serial scanner on a pty, a camera over HTTP, a printer that listens."""
