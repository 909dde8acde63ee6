"""Scanners: the keyboard wedge, the serial scanner and the camera; decoding of pictures; what the codes on a label mean."""
