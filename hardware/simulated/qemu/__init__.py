"""QEMU laptops: virtual machines that are the real thing as far as the bench can tell, good ones and faulty ones.

`spec` says what a laptop is, `laptop` starts and stops it, `machine` puts QEMU's options together; each of the other
modules makes one part. Software emulation only: a /dev/kvm that is there may not work (boot-and-virtual-laptops.md,
section 0). What they lack of a laptop: eMMC, a touchpad, an embedded panel (the connector is called Virtual-1), a
graphics chip that computes, and an NVMe disk that calls itself anything but QEMU's.
"""
