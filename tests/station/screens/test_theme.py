"""Colours hold for eyes that do not tell red from green, and for a screenshot in grey.

The simulation is that of Machado, Oliveira and Fernandes (2009) at full severity; distances are those of CIELAB (1976),
where 2 to 3 is just seen.
"""

import itertools

import pytest

from station.screens.theme import ABORTED, ASKING, BLOCKED, HELD, STOPPED, STYLES, VERDICTS, Look

EYES = {
    "all colours": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}
LOOKS = list(dict.fromkeys([*VERDICTS.values(), ABORTED, ASKING, HELD, STOPPED, BLOCKED]))


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def seen(look: Look, eyes: str) -> tuple[float, float, float]:
    """The ground of a look in CIELAB, as those eyes see it."""
    light = linear(STYLES[look.block][1])
    rows = EYES[eyes]
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in rows)
    whole = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in whole)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def lightness(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((lightness(one), lightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("eyes", EYES)
def test_every_two_looks_are_told_apart_by_their_colour(eyes):
    for one, other in itertools.combinations(LOOKS, 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen(one, eyes), seen(other, eyes), strict=True)) ** 0.5
        assert apart >= (20 if {one, other} & {STOPPED, BLOCKED} else 15), (one.word, other.word, apart)


def test_in_grey_a_stop_is_no_verdict():
    """By the lightness of its ground, by its letters, which are white on dark, and by glyph and word."""
    for look in (STOPPED, BLOCKED):
        front, back, _ = STYLES[look.block]
        assert contrast(front, back) >= 4.5
        assert lightness(front) > lightness(back)
        for other in VERDICTS.values():
            assert contrast(back, STYLES[other.block][1]) >= 1.3
            assert lightness(STYLES[other.block][0]) < lightness(STYLES[other.block][1])
