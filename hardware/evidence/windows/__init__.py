"""What Windows says: CIM classes, registry values, and their text."""
