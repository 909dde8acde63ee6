"""The screens: each connector's EDID, with the connector list to say which are in use and what has no EDID."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hardware.evidence.leaves import absent, text_fact
from hardware.evidence.merge import best_reason
from hardware.evidence.screens.drm import Connector, built_in, short_name
from hardware.evidence.screens.edid import Edid, panel_code
from specs.facts import Display, Fact, Known, Unknown

__all__ = ["displays", "edid_display"]

_MOST_SCREENS: Final = 64


def displays(
    connectors: Sequence[Connector] | Unknown, edids: Mapping[str, Edid | Unknown | None]
) -> Fact[tuple[Display, ...]]:
    """The connected screens, internal ones first.

    `edids` has for each connector (the item id behind `edid-`) its EDID, None where it was empty, or why it could
    not be read. Where nobody looked for a connector list only the screens with an EDID are known.
    """
    listed = () if isinstance(connectors, Unknown) else tuple(connectors)
    names = [short_name(connector.name) for connector in listed]
    # Two graphics may both claim the one panel that is switched between them: one of the two has it.
    claimed = {name for name in names if built_in(name) and names.count(name) > 1}
    found: dict[str, Display] = {}
    panels: list[tuple[str, Edid | Unknown | None]] = []
    used: set[str] = set()
    for connector in sorted(listed, key=lambda one: not _has_edid(one, edids)):
        key = connector.name if connector.name in edids else short_name(connector.name)
        edid = edids.get(key)
        used.add(key)
        if not connector.connected and not (connector.connected is None and isinstance(edid, Edid)):
            continue
        short = short_name(connector.name)
        if short in claimed and any(name == short and edid in (None, seen) for name, seen in panels):
            continue
        panels.append((short, edid))
        name = short if names.count(short) == 1 else connector.name
        found[name] = _display(name, edid, key in edids, f"edid-{key}", connector.mode)
    for key, edid in edids.items():
        if key not in used and isinstance(edid, Edid) and len(found) < _MOST_SCREENS:
            name = short_name(key)
            found.setdefault(name, _display(name, edid, True, f"edid-{key}", None))
    # Of a list that could not be read, the screens with an EDID may be only some.
    if isinstance(connectors, Unknown) and connectors.problem == "unreadable":
        return connectors
    if isinstance(connectors, Unknown) and not found:
        return best_reason((connectors, *(why for why in edids.values() if isinstance(why, Unknown))))
    ordered = sorted(found.values(), key=lambda display: (not built_in(display.connector), display.connector))
    evidence = () if isinstance(connectors, Unknown) else ("drm",)
    return Known(
        tuple(ordered), evidence or tuple(f"edid-{key}" for key, edid in edids.items() if isinstance(edid, Edid))
    )


def edid_display(name: str, edid: Edid, item: str) -> Display:
    """One screen by its EDID alone."""
    return _from_edid(name, _internal(name, item), edid, item, None)


def _has_edid(connector: Connector, edids: Mapping[str, Edid | Unknown | None]) -> bool:
    return isinstance(edids.get(connector.name, edids.get(short_name(connector.name))), Edid)


def _internal(name: str, item: str) -> Fact[bool]:
    inside = built_in(name)
    if inside is None:
        return absent("the connector's name does not say whether the screen is built in", item)
    return Known(inside, (item,))


def _display(
    name: str, edid: Edid | Unknown | None, collected: bool, item: str, mode: tuple[int, int] | None
) -> Display:
    internal = _internal(name, item if collected else "drm")
    if isinstance(edid, Edid):
        return _from_edid(name, internal, edid, item, mode)
    why = edid
    if why is None:
        why = absent("the screen gave no EDID", item) if collected else Unknown(f"{item} was not collected")
    width: Fact[int] = Known(mode[0], ("drm",)) if mode else why
    height: Fact[int] = Known(mode[1], ("drm",)) if mode else why
    rest = dict.fromkeys(Display.__struct_fields__[4:], why)
    return Display(name, internal, width, height, **rest)


def _from_edid(name: str, internal: Fact[bool], edid: Edid, item: str, mode: tuple[int, int] | None) -> Display:
    no_mode = absent("the EDID names no native mode", item)
    # What the kernel would rather use, where the screen does not say.
    pixels, source = (edid.native, item) if edid.native else (mode, "drm")
    no_size = absent("the EDID gives no size", item)
    size = edid.size_mm
    return Display(
        connector=name,
        internal=internal,
        width_px=Known(pixels[0], (source,)) if pixels else no_mode,
        height_px=Known(pixels[1], (source,)) if pixels else no_mode,
        width_mm=Known(size[0], (item,)) if size else no_size,
        height_mm=Known(size[1], (item,)) if size else no_size,
        diagonal_in=Known(edid.diagonal_in, (item,)) if edid.diagonal_in else no_size,
        manufacturer=text_fact(edid.manufacturer if edid.manufacturer.isalpha() else None, "the screen's maker", item),
        product=text_fact(panel_code(edid), "the screen's name", item),
        serial=text_fact(edid.serial, "the screen's serial", item),
        year=Known(edid.year, (item,)) if edid.year > 1990 else absent("the EDID gives no year", item),
        week=Known(edid.week, (item,)) if edid.week is not None else absent("the EDID gives no week", item),
        product_code=Known(edid.product_code, (item,)),
        digital=Known(edid.digital, (item,)),
        edid_version=Known(edid.version, (item,)),
        edid_sound=Known(edid.checksum_ok, (item,)),
    )
