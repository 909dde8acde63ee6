"""Scanners: the keyboard wedge, the serial one and the camera; decoding of pictures; what the codes on a label mean."""
