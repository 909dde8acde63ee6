"""The application: bench, screens, store, sync, central, command line. Floor 4; may import every room below."""

from typing import Final

__all__ = ["VERSION"]

VERSION: Final = "0.1.0"
