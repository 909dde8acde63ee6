"""Listings of a whole machine by one tool: less exact than the sources they were made from, but often all there is."""
