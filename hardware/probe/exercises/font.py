"""The ten digits as 5 x 7 points, drawn as large as a screen allows."""

from __future__ import annotations

WIDTH, HEIGHT = 5, 7
_DIGITS = (
    (".###.", "#...#", "#..##", "#.#.#", "##..#", "#...#", ".###."),
    ("..#..", ".##..", "#.#..", "..#..", "..#..", "..#..", "#####"),
    (".###.", "#...#", "....#", "...#.", "..#..", ".#...", "#####"),
    ("####.", "....#", "....#", ".###.", "....#", "....#", "####."),
    ("...#.", "..##.", ".#.#.", "#..#.", "#####", "...#.", "...#."),
    ("#####", "#....", "####.", "....#", "....#", "#...#", ".###."),
    (".###.", "#....", "#....", "####.", "#...#", "#...#", ".###."),
    ("#####", "....#", "...#.", "..#..", ".#...", ".#...", ".#..."),
    (".###.", "#...#", "#...#", ".###.", "#...#", "#...#", ".###."),
    (".###.", "#...#", "#...#", ".####", "....#", "....#", ".###."),
)


def digit_lines(digit: int, width: int, height: int, ink: bytes, paper: bytes) -> list[bytes]:
    """A screen's lines with the digit in its middle, two thirds of its height. A line: the bytes of `width` pixels."""
    size = max(1, min(height * 2 // 3 // HEIGHT, width * 2 // 3 // WIDTH))
    left = max(0, (width - WIDTH * size) // 2)
    top = max(0, (height - HEIGHT * size) // 2)
    empty = paper * width
    rows = []
    for row in _DIGITS[digit]:
        points = b"".join((ink if point == "#" else paper) * size for point in row)
        rows.append((paper * left + points + paper * width)[: width * len(paper)])
    lines = [empty] * top + [line for line in rows for _ in range(size)] + [empty] * height
    return lines[:height]
