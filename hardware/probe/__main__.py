"""The door: `python3 -B -m hardware.probe`, or `python3 -B FOLDER` on a copy of this folder, whatever its name.

Without -B Python itself keeps a compiled copy of this one module beside it before any of our code runs.
"""

from __future__ import annotations

import importlib.util
import os
import sys


def _as_package() -> str:
    """Makes this folder a package where it was started as a plain folder; gives the package's name.

    Nothing is added to sys.path: the folder that holds the copy may hold anything.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    name = "intake_probe"
    spec = importlib.util.spec_from_file_location(
        name, os.path.join(here, "__init__.py"), submodule_search_locations=[here]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{here} is not the probe's folder; copy the whole folder")
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)
    return name


if __name__ == "__main__":
    sys.dont_write_bytecode = True  # nothing is written on the laptop but the output
    package_name = __package__ or _as_package()
    sys.exit(importlib.import_module(".command_line", package_name).main())
