"""How bytes get over a bad line whole: framing, checksums, resending, packing. Pure: no I/O and no clock of its own.

Both ends use it, the laptop's agent and the bench, so it is standard library only and Python 3.7 like all of the probe.

    arq (LineEnd: who is there, when to speak) -> sending, receiving -> packets (found in any noise)
    deflate (Packer, Unpacker) -> dictionary -> words

An owner packs what it says (`Packer`), writes it to its `LineEnd`, and puts on the line what that gives.
"""
