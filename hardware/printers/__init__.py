"""Label layouts as data, their drawing, and the printers that take them."""
