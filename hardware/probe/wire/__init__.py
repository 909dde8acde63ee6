"""How bytes get over a bad line whole: framing, checksums, resending, packing. Pure: no I/O and no clock of its own.

Both ends use it, the laptop's agent and the bench, so it is standard library only and Python 3.7 like all of the probe.
"""
