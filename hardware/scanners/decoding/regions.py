"""Where in a picture a code may be: stretches of parallel bars, each with the quadrilateral that straightens it, and
busy patches that may be 2-D codes.

The structure tensor is averaged over cells of 8x8 pixels: bars give cells whose gradients all point one way, 2-D codes
(and text) cells whose gradients point every way, noise cells that are like their surroundings. Pure numpy and OpenCV;
nothing is decoded here.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["CELL", "Bars", "Gray", "Matrix", "Patch", "Tensor", "find_bars", "find_patches", "tensor_of"]

Gray: TypeAlias = NDArray[np.uint8]
Matrix: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Field: TypeAlias = NDArray[np.float32]

CELL: Final = 8
"""Pixels of a cell's side. The smallest code on a label, 1.1 pixels a module, is 3 cells high."""
TILE: Final = 10
LEAST_CELLS: Final = 6
PAD: Final = 14
"""Pixels around the bars that are taken with them: the quiet zones."""


class Tensor(NamedTuple):
    """The gradients of each cell: their strength `energy`, and how much of it points one way (`along`, `across` are
    the cosine and sine parts at twice the angle)."""

    energy: Field
    along: Field
    across: Field


class Bars(NamedTuple):
    """Parallel bars: `corners` are those of a quadrilateral whose long sides cross the bars (top left, top right,
    bottom right, bottom left), `width` and `height` its sides in pixels, `weight` how much of it there is."""

    corners: Matrix
    width: float
    height: float
    weight: float


class Patch(NamedTuple):
    """An upright box in pixels that is busy in every direction."""

    x: int
    y: int
    width: int
    height: int
    weight: float


def tensor_of(gray: Gray) -> Tensor:
    """The structure tensor of a grey picture of at least one cell."""
    rows, columns = gray.shape[0] // CELL, gray.shape[1] // CELL
    xx, yy, xy = (np.empty((rows, columns), np.float32) for _ in range(3))
    whole = np.ascontiguousarray(gray[: rows * CELL, : columns * CELL])
    # A few rows at a time, so that all of it stays in the processor's cache: a third of the time.
    for first in range(0, rows, TILE):
        last = min(rows, first + TILE)
        above = CELL if first else 0
        tile = whole[first * CELL - above : (last + 1) * CELL]
        own = slice(above, above + (last - first) * CELL)
        dx, dy = (gradient[own].astype(np.float32) for gradient in cv2.spatialGradient(tile))
        for field, a, b in ((xx, dx, dx), (yy, dy, dy), (xy, dx, dy)):
            field[first:last] = cv2.resize(a * b, (columns, last - first), interpolation=cv2.INTER_AREA)
    # A Sobel gradient is 8 times the slope at a pixel.
    return Tensor(*(np.asarray(part, dtype=np.float32) for part in ((xx + yy) / 64, (xx - yy) / 64, xy / 32)))


def _around(part: Field) -> Field:
    return np.asarray(cv2.blur(part, (3, 3)), dtype=np.float32)


def find_bars(tensor: Tensor, most: int = 3) -> list[Bars]:
    """Stretches of parallel bars, the heaviest first, at most `most`."""
    along, across, energy = (_around(part) for part in (tensor.along, tensor.across, tensor.energy))
    strength = np.hypot(along, across)
    floor = np.percentile(energy, 20)
    weak = max(4 * float(np.median(strength)), 3.0)
    mask = ((strength > weak) & (strength > 0.5 * (energy - floor))).astype(np.uint8)
    # Bars fill their cells; the edge of a label or a line of text does not.
    inner = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((4, 4), np.uint8))
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    weights = np.bincount(labels.ravel(), weights=(strength * inner).ravel(), minlength=count)
    found: list[Bars] = []
    for label in np.argsort(-weights[1:])[:most] + 1:
        if weights[label] <= 0 or boxes[label, 4] < 2 * LEAST_CELLS:
            continue
        x, y, w, h = (int(value) for value in boxes[label, :4])
        window = slice(y, y + h), slice(x, x + w)
        own = labels[window] == label
        bars = _straighten(
            own & (inner[window] > 0),
            own & (mask[window] > 0),
            along[window],
            across[window],
            tensor.along[window],
            tensor.across[window],
            (x, y),
            weak,
        )
        if bars is not None:
            found.append(bars._replace(weight=float(weights[label])))
    return found


def _straighten(
    inner: Mask,
    own: Mask,
    along: Field,
    across: Field,
    sharp_along: Field,
    sharp_across: Field,
    origin: tuple[int, int],
    weak: float,
) -> Bars | None:
    """The quadrilateral of one component: the bars' direction and how it turns from end to end (they meet in a
    vanishing point), and the direction of the label's edges, likewise."""
    ys, xs = np.nonzero(inner)
    if len(xs) < LEAST_CELLS:
        return None
    cos, sin = along[ys, xs].astype(float), across[ys, xs].astype(float)
    heavy = np.hypot(cos, sin)
    angle = 0.5 * np.arctan2(sin, cos)
    base = 0.5 * np.arctan2(sin.sum(), cos.sum())
    near = np.abs(_turn(angle - base)) < 0.45
    if near.sum() < LEAST_CELLS:
        return None
    base += float(np.average(_turn(angle - base)[near], weights=heavy[near]))
    normal = np.array([np.cos(base), np.sin(base)])
    bar = np.array([-normal[1], normal[0]])
    px, py = (xs + origin[0] + 0.5) * CELL, (ys + origin[1] + 0.5) * CELL
    centre = np.array([px[near].mean(), py[near].mean()])

    reading, edge_turn = normal, 0.0
    sharp = 0.5 * np.arctan2(sharp_across, sharp_along)
    strong = np.hypot(sharp_along, sharp_across)
    edge = own & (np.abs(_turn(sharp - base)) > 1.0) & (strong > weak)
    if edge.sum() >= LEAST_CELLS:
        ey, ex = np.nonzero(edge)
        height = ((ex + origin[0] + 0.5) * CELL - centre[0]) * bar[0] + (
            (ey + origin[1] + 0.5) * CELL - centre[1]
        ) * bar[1]
        off = _turn(sharp[edge] - base - np.pi / 2)
        fitted = _line(height, np.tan(off), strong[edge], np.abs(off) < 0.6, 0.15, 200.0)
        if fitted is not None and abs(fitted[0]) < 0.8:
            reading = normal + fitted[0] * bar
            reading, edge_turn = reading / np.linalg.norm(reading), fitted[1]

    def oblique(x: NDArray[Any], y: NDArray[Any]) -> tuple[Matrix, Matrix]:
        u, v = np.linalg.inv(np.stack([reading, bar], 1)) @ np.stack([x - centre[0], y - centre[1]])
        return u, v

    u, v = oblique(px, py)
    fitted = _line(u, np.tan(np.clip(_turn(angle - base), -1.2, 1.2)), heavy, near, 0.2, 400.0)
    if fitted is None:
        return None
    lean, turn = fitted[0], fitted[1]
    kept = np.abs(np.tan(np.clip(_turn(angle - base), -1.2, 1.2)) - (lean + turn * u)) < 0.2
    if kept.sum() < LEAST_CELLS:
        return None
    v0, v1 = float(v[kept].min()) - 5, float(v[kept].max()) + 5
    oy, ox = np.nonzero(own)
    ou, ov = oblique((ox + origin[0] + 0.5) * CELL, (oy + origin[1] + 0.5) * CELL)
    level = (ov >= v0) & (ov <= v1)
    u0, u1 = float(min(u[kept].min(), ou[level].min())) - PAD, float(max(u[kept].max(), ou[level].max())) + PAD

    def side(at: float) -> tuple[Matrix, Matrix]:
        leaning = base + np.arctan(lean + turn * at)
        return centre + at * reading + (v0 + v1) / 2 * bar, np.array([-np.sin(leaning), np.cos(leaning)])

    def rim(at: float) -> tuple[Matrix, Matrix]:
        return centre + at * bar, reading + edge_turn * at * bar

    corners = [
        _crossing(a, b) for a, b in ((side(u0), rim(v0)), (side(u1), rim(v0)), (side(u1), rim(v1)), (side(u0), rim(v1)))
    ]
    if any(corner is None for corner in corners):
        return None
    quad = np.array(corners)
    spread = max(u1 - u0, v1 - v0)
    if (
        not np.isfinite(quad).all()
        or np.abs(quad - centre).max() > 2 * spread
        or not cv2.isContourConvex(quad.astype(np.float32))
    ):
        # The turning was guessed from too little: an oblong without it.
        quad = np.array([centre + a * reading + b * bar for a, b in ((u0, v0), (u1, v0), (u1, v1), (u0, v1))])
    return Bars(quad, u1 - u0, v1 - v0, 0.0)


def _turn(angle: Matrix) -> Matrix:
    """Angles of lines, which have no front: between -90 and 90 degrees."""
    return np.asarray((angle + np.pi / 2) % np.pi - np.pi / 2)


def _line(
    at: Matrix, value: Matrix, weight: Matrix, start: Mask, close: float, least_spread: float
) -> tuple[float, float] | None:
    """The straight line through most of the values, as its value at 0 and its slope: outliers are let go in turns."""
    kept = start
    for turn in range(4):
        if kept.sum() < LEAST_CELLS:
            return None
        w = weight[kept] / weight[kept].sum()
        middle, level = float((at[kept] * w).sum()), float((value[kept] * w).sum())
        spread = float((w * (at[kept] - middle) ** 2).sum())
        slope = (
            float((w * (at[kept] - middle) * (value[kept] - level)).sum()) / spread if spread > least_spread else 0.0
        )
        kept = np.abs(value - (level + slope * (at - middle))) < (2 * close if turn < 2 else close)
    return level - slope * middle, slope


def _crossing(a: tuple[Matrix, Matrix], b: tuple[Matrix, Matrix]) -> Matrix | None:
    (p, d), (q, e) = a, b
    determinant = d[0] * e[1] - d[1] * e[0]
    if abs(determinant) < 1e-3:
        return None
    return np.asarray(p + d * ((q[0] - p[0]) * e[1] - (q[1] - p[1]) * e[0]) / determinant)


def find_patches(tensor: Tensor, most: int = 8) -> list[Patch]:
    """Patches that are busy in every direction, those that fill a square best first, at most `most`."""
    along, across, energy = (_around(part) for part in (tensor.along, tensor.across, tensor.energy))
    floor, usual = float(np.percentile(energy, 20)), float(np.median(energy))
    every_way = energy - floor - np.hypot(along, across)
    busy = cv2.erode(cv2.blur(tensor.energy, (2, 2)), np.ones((2, 2), np.uint8)) > 1.5 * floor
    mask = ((every_way > max(2.4 * (usual - floor), 4.0)) & busy).astype(np.uint8)
    square = np.ones((3, 3), np.uint8)
    filled = cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_OPEN, square), cv2.MORPH_CLOSE, square)
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(filled, connectivity=4)
    weights = np.bincount(labels.ravel(), weights=every_way.ravel(), minlength=count)
    found = []
    for label in range(1, count):
        x, y, w, h, area = (int(value) for value in boxes[label])
        if min(w, h) < 3:
            continue
        weight = float(weights[label]) * (area / (w * h)) * (min(w, h) / max(w, h)) ** 2
        found.append(Patch(x * CELL, y * CELL, w * CELL, h * CELL, weight))
    found.sort(key=lambda patch: -patch.weight)
    return found[:most]
