"""The application: bench, screens, store, sync, central, command line. Floor 4; may import every room below."""
