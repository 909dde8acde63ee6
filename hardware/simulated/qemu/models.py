"""The named models that can be simulated: data in models.toml, checked as they are read."""

from __future__ import annotations

import random
from collections.abc import Mapping
from importlib import resources
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from hardware.simulated.qemu import wording
from hardware.simulated.qemu.errors import LaptopRefused

__all__ = ["DEFAULT_MODEL", "Model", "made_up", "model_named", "models"]

DEFAULT_MODEL: Final = "lenovo-300e-2nd-gen"

_UNMISTAKABLE: Final = "23456789ABCDEFGHJKLMNPQRTVWXYZ"

Line = Annotated[str, Meta(max_length=60, pattern=r"^[ -~]*$")]
"""One line that any firmware can hold: printable ASCII."""


class Model(Struct, frozen=True, forbid_unknown_fields=True):
    """One model. `serial` is a pattern for `made_up`. Sizes are bytes where they say so, GiB, inches, pixels, Wh, V."""

    title: Line
    source: str
    manufacturer: Line
    product: Line
    version: Line
    family: Line
    sku: Line
    board: Line
    serial: Line
    bios_vendor: Line
    bios_version: Line
    bios_date: Line
    processor: Annotated[str, Meta(max_length=47, pattern=r"^[ -~]*$")]
    processor_maker: Literal["Intel", "AMD"]
    memory_gib: Annotated[int, Meta(ge=1, le=64)]
    memory_kind: Literal["DDR4", "LPDDR4"]
    disk: Literal["nvme", "sata", "sd"]
    disk_bytes: Annotated[int, Meta(ge=2**30, le=2**42)]
    disk_model: Annotated[str, Meta(max_length=40, pattern=r"^[ -~]*$")]
    diagonal_in: Annotated[float, Meta(ge=7.0, le=20.0)]
    width_px: Annotated[int, Meta(ge=640, le=4095)]
    height_px: Annotated[int, Meta(ge=480, le=4095)]
    panel: Annotated[str, Meta(max_length=13, pattern=r"^[ -~]*$")]
    panel_maker: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
    battery_wh: Annotated[float, Meta(ge=10.0, le=120.0)]
    battery_volts: Annotated[float, Meta(ge=3.0, le=24.0)]
    battery_name: Line


def models() -> Mapping[str, Model]:
    """All of them, by name."""
    text = resources.files("hardware.simulated.qemu").joinpath("models.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, Model])


def model_named(name: str) -> Model:
    """The model of that name. Raises `LaptopRefused` where there is none."""
    known = models()
    if name not in known:
        raise LaptopRefused(wording.no_such_model(name, sorted(known)))
    return known[name]


def made_up(pattern: str, seed: str) -> str:
    """A serial number of the pattern, the same for the same seed: # becomes a digit, @ a letter or digit."""
    chance = random.Random(f"{pattern}/{seed}")
    return "".join(
        chance.choice("0123456789") if one == "#" else chance.choice(_UNMISTAKABLE) if one == "@" else one
        for one in pattern
    )
