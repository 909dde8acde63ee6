"""The boot stick: an image for USB and PXE, made from Debian's own packages, that starts a laptop with the probe.

It starts with Secure Boot left on (Debian's signed shim, GRUB and kernel) and on BIOS, mounts no disk of the laptop,
and is built without root: no loop devices, no mounts. `builder.build` makes it, `verify` checks what was made.
"""
