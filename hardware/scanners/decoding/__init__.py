"""From a picture to the codes in it. Knows pictures and symbologies, and nothing of serial numbers."""
