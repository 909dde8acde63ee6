"""Evidence: bundles of raw items, and one parser per source that turns their bytes into facts."""
