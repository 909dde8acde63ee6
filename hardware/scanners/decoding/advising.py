"""What would help where something looks like a code and was not read: closer, still, more light, focus, less glare.

Advice is only given for a fault that was measured there (`sharpness`): what is sharp, light and large enough, and could
not be read all the same, is no code or a broken one, and nothing would help.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from hardware.scanners.decoding.linear import Strip
from hardware.scanners.decoding.regions import Gray, Matrix, Patch
from hardware.scanners.decoding.sharpness import Box, Sharpness, sharpness_of
from hardware.scanners.decoding.straight import contrasted
from hardware.scanners.decoding.symbols import Advice

__all__ = ["advice_for"]

MOST_BOXES: Final = 3
MOST_STRIPS: Final = 2
LEAST_STRIPS: Final = 4
LEAST_PATCH: Final = 24
LEAST_SIDE: Final = 40
"""Pixels of a box in which a fault can be measured."""

LEAST_CONTRAST: Final = 0.45
"""Of ink and paper, against the paper: print has 0.9 when sharp, most of what is moulded in a surface less than 0.6."""
LEAST_EDGES: Final = 14
MOST_REGULAR: Final = 0.8
"""Likeness of a row to itself moved by some pixels: vents and ribs are regular, bars are not."""
MOST_SIDE: Final = 256

DARK: Final = 26.0
DIM: Final = 110.0
"""Grey values of the paper: so dark it is in too little light whatever it is; so dim, where it is noisy as well."""
NOISY: Final = 0.1
DIM_AND_NOISY: Final = 0.03
"""Noise against contrast: a camera that has to amplify much is in too little light."""
UNTOLD: Final = 0.11
"""The same from which on the slopes are those of the noise, and dim paper cannot be told from a dark surface."""
MOST_NOISE: Final = 0.45
"""The same from which on there is nothing but noise."""
DIM_AND_SHARP: Final = 0.275
"""Slope that a long exposure and the smoothing of noise do not leave: what is so sharp is a dark surface, well lit."""
LIGHTEST: Final = 0.8
"""Paper against the lightest in the picture: where there is something lighter, what is dim there is a dark surface."""
HIDDEN_CONTRAST: Final = 0.35
HIDDEN: Final = 500
"""Pixels, of half the size: what is busy in the dark is at least so large."""

PAPER: Final = 90.0
"""Grey value of paper that there is light enough on to tell blur from movement."""
BLURRED: Final = 0.195
"""Slope in contrasts a pixel that is not reached in any direction where the camera is out of focus. Sharp is 0.28."""
MOVED: Final = 0.152
FAR_MOVED: Final = 0.12
"""Slopes along the movement; of what is very sharp across it, as printed bars by themselves are, only the less."""
SHARPEST: Final = 0.36
STILL_SHARP: Final = 0.16
"""Slope that some direction keeps where it was moved, and that none has where it is far out of focus."""
ONE_WAY: Final = 1.5
"""How many times steeper in one direction than across it what was moved is; what is out of focus has 1.4 at most."""
ALONG: Final = 1.15
"""The same of bars, along them against across them: in focus and out of it, bars are the steeper across."""
GLARE: Final = 0.08
"""Part of a box that a reflection has washed out: where it lies on a code it is 0.1 and more."""

LOOKS_LIKE_BARS: Final = 1.78
"""Likeness of start and stop together, at most 2: vents, stripes and text come to 1.76."""
SURELY_BARS: Final = 1.85
SMALL_MODULE: Final = 1.45
"""Pixels. Below it half of what is otherwise good is not read (barcodes.md 3.2: 1.3 pixels)."""
MANY_EDGES: Final = 40
SMALL_ELEMENT: Final = 2.3
"""Pixels of a bar or space in the middle: 11 modules of Code 128 are 6 of them."""
SMALL_PATCH: Final = 56
"""Pixels of the side of a 2-D code whose modules are too small, the least of which has 12."""
HALF_DARK: Final = (0.3, 0.65)
PAPER_AROUND: Final = 0.25
"""How much darker than paper a quiet zone may be, in contrasts."""
RIM: Final = 14
"""Pixels around a patch where its quiet zone is seen: what a cell missed, and then some."""


def advice_for(gray: Gray, strips: Sequence[Strip], patches: Sequence[Patch], *, read: bool) -> Advice | None:
    """What would help most with what was not read, or None where nothing there looks like a code.

    Where something was `read`, only what is surely another code is worth a word.
    """
    heaviest = sorted(strips, key=lambda strip: -strip.run.weight)
    if read:
        heaviest, patches = [strip for strip in heaviest if strip.likeness >= SURELY_BARS], ()
    told: Advice | None = None
    for box, strip in _boxes(heaviest, patches):
        advice = _for(gray, box, strip)
        # Bars that were moved along themselves look out of focus; the text beside them does not.
        if advice is not None and (told is None or advice is Advice.HOLD_STILL):
            told = advice
        if told is not None and told is not Advice.FOCUS:
            return told
    return told if told or read else _in_the_dark(gray)


def _boxes(strips: Sequence[Strip], patches: Sequence[Patch]) -> Iterator[tuple[Box, Strip | None]]:
    """Where something is, as boxes of the picture: the bars, and then the busy patches."""
    tall = [strip for strip in strips if len(strip.run.strips) >= LEAST_STRIPS][:MOST_STRIPS]
    for strip in tall:
        right, (top, bottom) = strip.straight.image.shape[1], (strip.run.top, strip.run.bottom)
        corners = np.array([[[0, top], [right, top], [right, bottom], [0, bottom]]], dtype=np.float32)
        places = cv2.perspectiveTransform(corners, strip.straight.to_frame)[0]
        left, above, right, below = (int(value) for value in (*places.min(0), *places.max(0)))
        yield Box(left, above, right, below), strip
    large = [patch for patch in patches if min(patch.width, patch.height) >= LEAST_PATCH]
    for patch in large[: MOST_BOXES - len(tall)]:
        yield Box(patch.x, patch.y, patch.x + patch.width, patch.y + patch.height), None


def _for(gray: Gray, box: Box, strip: Strip | None) -> Advice | None:
    """The advice for one box, where it is something like a code and has a fault that was measured."""
    seen = sharpness_of(gray, box)
    if seen is None or seen.contrast < LEAST_CONTRAST * seen.light:
        return None
    small = min(box.right - box.left, box.bottom - box.top) < LEAST_SIDE
    advice = None if small else _fault(gray, seen, strip)
    if advice is None and not (_too_small_a_patch(gray, box, seen) if strip is None else _too_small(strip)):
        return None
    if not (_uneven(gray, box) if strip is None else _uneven_row(strip)):
        return None
    return advice or Advice.CLOSER


def _lightest(picture: Gray | cv2.typing.MatLike) -> float:
    """The lightest that there is more of than a speck: one pixel in a thousand."""
    gray = np.asarray(picture)
    nth = gray.size - 1 - gray.size // 1000
    return float(np.partition(gray, nth, axis=None)[nth])


def _fault(gray: Gray, seen: Sharpness, strip: Strip | None) -> Advice | None:
    most, least = float(seen.slopes.max()), float(seen.slopes.min())
    if _too_dark(gray, seen):
        return Advice.MORE_LIGHT
    if seen.light < PAPER:
        return None
    if _moved(seen, strip):
        return Advice.HOLD_STILL
    if most < BLURRED:
        return Advice.FOCUS
    return Advice.LESS_GLARE if seen.washed_out > GLARE and least > MOVED else None


def _too_dark(gray: Gray, seen: Sharpness) -> bool:
    """Whether there is too little light on it: paper as dark as ink should be, or a camera that amplifies its noise."""
    noisy = seen.noise / seen.contrast
    if noisy > MOST_NOISE:
        return False
    if seen.light < DARK:
        return _lightest(gray[::3, ::3]) < DIM
    if seen.light > DIM:
        return noisy > NOISY
    if not DIM_AND_NOISY < noisy < UNTOLD or seen.one_way > ONE_WAY or float(seen.slopes.max()) > DIM_AND_SHARP:
        return False
    # Noise is no light.
    calm = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    return seen.light > LIGHTEST * _lightest(calm)


def _moved(seen: Sharpness, strip: Strip | None) -> bool:
    """Whether it is sharp in one direction, more or less, and not in the other."""
    most, least = float(seen.slopes.max()), float(seen.slopes.min())
    if most < STILL_SHARP or least > (FAR_MOVED if most > SHARPEST else MOVED):
        return False
    if strip is None:
        return seen.one_way > ONE_WAY
    across = strip.straight.to_frame[:2, 0]
    return seen.steeper(float(np.arctan2(across[1], across[0]))) * ALONG < 1


def _too_small(strip: Strip) -> bool:
    """Whether these are surely bars, and with modules too small."""
    scale = strip.straight.scale
    row = contrasted(strip.run.strips.mean(0), scale)
    places = np.flatnonzero(np.diff(np.sign(row)))
    if len(places) < LEAST_EDGES or float(np.median(np.diff(places))) > 2 * SMALL_ELEMENT * scale:
        return False
    if strip.likeness >= LOOKS_LIKE_BARS:
        return strip.candidates[0].module / scale < SMALL_MODULE
    if len(places) < MANY_EDGES or float(np.median(np.diff(places))) > SMALL_ELEMENT * scale or not strip.candidates:
        return False
    one = max(strip.candidates, key=lambda candidate: candidate.length)
    begin = int(len(row) - one.begin - one.length if one.reversed_ else one.begin)
    end, quiet = int(begin + one.length), int(6 * scale)
    if begin < quiet or len(row) - end < quiet:
        return False
    return max(float(row[begin - quiet : begin].mean()), float(row[end : end + quiet].mean())) < -0.3


def _too_small_a_patch(gray: Gray, box: Box, seen: Sharpness) -> bool:
    """Whether it is a small square, half dark, with paper around: print is a sixth dark, a texture has no rim."""
    width, height = box.right - box.left, box.bottom - box.top
    if max(width, height) > SMALL_PATCH or min(width, height) < 0.6 * max(width, height):
        return False
    inner = gray[box.top : box.bottom, box.left : box.right]
    middle = (seen.dark + seen.light) / 2
    if not HALF_DARK[0] < float((inner < middle).mean()) < HALF_DARK[1]:
        return False
    outer = gray[max(0, box.top - RIM) : box.bottom + RIM, max(0, box.left - RIM) : box.right + RIM]
    rims = (outer[:4], outer[-4:], outer[:, :4], outer[:, -4:])
    paper = seen.light - PAPER_AROUND * seen.contrast
    return all(float(np.percentile(rim, 20)) > paper for rim in rims)


def _uneven_row(strip: Strip) -> bool:
    """Whether the averaged row of the run has many edges, and none of the regularity of vents and ribs."""
    row = contrasted(strip.run.strips.mean(0), strip.straight.scale)
    edges = int((np.diff(np.sign(row)) != 0).sum())
    return edges >= LEAST_EDGES and not _regular(row[None])


def _uneven(gray: Gray, box: Box) -> bool:
    part = gray[max(0, box.top) : box.bottom, max(0, box.left) : box.right][:MOST_SIDE, :MOST_SIDE].astype(np.float64)
    return not _regular(part[::2]) and not _regular(part.T[::2])


def _regular(rows: Matrix) -> bool:
    """Whether the rows are like themselves moved by some samples."""
    inner = rows - rows.mean(1, keepdims=True)
    power = (np.abs(np.fft.rfft(inner, 2 * inner.shape[1])) ** 2).mean(0)
    same = np.fft.irfft(power)[: inner.shape[1] // 2]
    # Past the first valley: near nothing every row is like itself.
    valley = int(np.argmax(same < 0)) or len(same) - 1
    # The further it is moved, the less of it there is to be alike.
    kept = 1 - np.arange(valley, len(same)) / inner.shape[1]
    return float((same[valley:] / kept).max()) >= MOST_REGULAR * max(float(same[0]), 1e-9)


def _in_the_dark(gray: Gray) -> Advice | None:
    """More light, where a picture is dark and noisy and has something dark on light in it all the same."""
    small = cv2.GaussianBlur(cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), (0, 0), 1.2)
    white = _lightest(small[::2, ::2])
    if white > DIM:
        return None
    square = np.ones((9, 9), np.uint8)
    light, dark = cv2.dilate(small, square).astype(np.int16), cv2.erode(small, square).astype(np.int16)
    busy = ((light - dark > HIDDEN_CONTRAST * white) & (light > 0.5 * white)).astype(np.uint8)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(busy, connectivity=4)
    for x, y, width, height, area in sorted(boxes[1:].tolist(), key=lambda box: -box[4])[:2]:
        if area < HIDDEN or area > gray.size / 8:
            continue
        box = Box(2 * x, 2 * y, 2 * (x + width), 2 * (y + height))
        seen = sharpness_of(gray, box)
        if seen is not None and _too_dark(gray, seen) and _uneven(gray, box):
            return Advice.MORE_LIGHT
    return None
