"""A supervisor's decisions from the command line: waivers of a fault, and approvals of what no bench can measure."""
