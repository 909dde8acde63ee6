"""The physical world: the probe, links to laptops, evidence and its parsers. Floor 3; imports `specs` only."""
