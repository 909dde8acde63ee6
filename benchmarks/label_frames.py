"""Makes camera frames of laptop labels with known texts: for tests, and to judge the decoder on frames unseen.

    .venv/bin/python benchmarks/label_frames.py FOLDER [--seed 1] [--frames 300] [--negatives 40] [--bursts 0]

Writes frames of 1280x720 and `manifest.json`, in the form of ../shared/labels. A frame is a label (serial, part number,
MAC as Code 128, Code 39, GS1-128, Data Matrix or QR; one kind has three bar codes and a Data Matrix) on a procedural
background, in perspective, with uneven light, sensor noise and JPEG, and with one degradation of severity 1 to 3.
Negatives hold no code: textures, text, vents, keyboards, bars cut off at both ends, random modules.

The bars come from python-barcode, which is not the encoder that the decoder's library has. Its traps are closed here:
Code 39 is asked for without the check character that it adds by itself, and every row of Code 128 bars is read back
before it is drawn, because the released version drops a leading "99"; such texts are drawn by zxing-cpp instead.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import barcode
import cv2
import numpy as np
import zxingcpp
from numpy.random import Generator
from numpy.typing import NDArray

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from hardware.scanners.decoding.bar_patterns import CODE_128, text_of  # noqa: E402

Image = NDArray[np.uint8]
Floats = NDArray[np.float32]

WIDTH, HEIGHT = 1280, 720
RASTER = 8
"""Pixels of a module where the label is drawn."""
KINDS = ("Code128", "Code39", "GS1-128", "DataMatrix", "QRCode", "Multi")
MATRIX_KINDS = ("DataMatrix", "QRCode")
DEGRADATIONS = "lowres defocus motion noise lowlight perspective glare jpeg occlusion rotation mixed".split()
NEGATIVES = "texture text vents noise stripes keyboard halfbar dmnoise checker".split()

# By severity 1 to 3; lengths in modules, the rest as it says.
LOWRES_1D, LOWRES_2D = (1.6, 1.3, 1.1), (3.2, 2.4, 1.9)
DEFOCUS, MOTION, NOISE, GAIN = (0.55, 0.8, 1.05), (1.2, 2.0, 3.0), (10, 20, 32), (0.35, 0.18, 0.09)
KEYSTONE, QUALITY = (0.12, 0.25, 0.40), (40, 20, 10)
HIDDEN_1D, HIDDEN_2D = (0.35, 0.6, 0.8), (0.02, 0.05, 0.09)
# Of all of them together: blur, motion, noise, gain, quality.
MIXED = ((0.3, 0.7, 6, 0.6, 60), (0.5, 1.2, 11, 0.4, 40), (0.7, 1.8, 18, 0.25, 25))

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_LINES: Final = (
    "Product of Example Corp.|Made in China|Model: Example 7420|Input: 19.5V - 3.33A|FCC ID: EXA-MPLE1|MTM: 20EX-S1AB00"
).split("|")
_NOTICES: Final = "FRAGILE THIS SIDE UP|CAUTION: HOT SURFACE|Windows 11 Pro|Qty 1 Gross 2.1 kg|MAC 00:1A:2B:3C".split(
    "|"
)


def characters(rng: Generator, count: int, alphabet: str = _LETTERS) -> str:
    """A random text."""
    return "".join(alphabet[int(n)] for n in rng.integers(0, len(alphabet), count))


def serial(rng: Generator) -> str:
    """A serial number in the form of one of the makers."""
    digits, hexadecimal = "0123456789", "0123456789ABCDEF"
    forms = (
        lambda: f"5CG{characters(rng, 4, digits)}{characters(rng, 3)}",
        lambda: characters(rng, 7),
        lambda: f"PF{characters(rng, 6)}",
        lambda: f"1S20EX{characters(rng, 6)}PF{characters(rng, 6)}",
        lambda: f"C02{characters(rng, 9)}",
        lambda: (
            f"NXHQ{characters(rng, 3)}{characters(rng, 8, digits)}{characters(rng, 2, hexadecimal)}{characters(rng, 3)}"
        ),
        lambda: f"SN{characters(rng, 9, digits)}",
        lambda: f"ASSET-{characters(rng, 6, digits)}",
        lambda: characters(rng, 10, digits),
    )
    return forms[int(rng.integers(len(forms)))]()


def code_128_bars(text: str, gs1: bool = False) -> list[int]:
    """The modules of a Code 128 symbol, 1 a bar, that have been read back to be `text`."""
    name = "gs1_128" if gs1 else "code128"
    (row,) = barcode.get(name, text).build()
    bars = [int(module) for module in row]
    if read_back(bars) != text:
        bars = [int(value < 128) for value in _written(text, zxingcpp.BarcodeFormat.Code128)[0]]
    if read_back(bars) != text:
        raise ValueError(f"no encoder writes {text!r} as Code 128")
    return bars


def read_back(bars: Sequence[int]) -> str | None:
    """What a row of Code 128 modules says, by the table of the standard and nothing else."""
    if (len(bars) - len(CODE_128.stop)) % CODE_128.size:
        return None
    rows = np.array(bars[: -len(CODE_128.stop)]).reshape(-1, CODE_128.size) * 2.0 - 1
    values = [int((CODE_128.patterns == row).all(1).argmax()) for row in rows]
    told = text_of(CODE_128, values)
    return told.text if told else None


def code_39_bars(text: str) -> list[int]:
    """The modules of a Code 39 symbol of exactly `text`, wide to narrow 3:1."""
    (row,) = barcode.get_barcode_class("code39")(text, add_checksum=False).build()
    return [int(module) for module in row]


def _written(text: str, name: zxingcpp.BarcodeFormat, **options: Any) -> Image:
    image = zxingcpp.create_barcode(text, name, **options).to_image(scale=1, add_quiet_zones=False)
    return np.atleast_2d(np.asarray(image, dtype=np.uint8))


def _expected(symbology: str, text: str, role: str, gs1: bool = False) -> dict[str, Any]:
    return {"symbology": symbology, "gs1": gs1, "text": text, "role": role}


class Label:
    """A label as it is printed: `image` at `RASTER` pixels a module, and what is on it."""

    def __init__(self, rng: Generator, kind: str, hidden: float = 0.0) -> None:
        """`hidden` is how much of each code something dark lies on: of a bar code's height, of a 2-D code's area."""
        self.expected: list[dict[str, Any]] = []
        self.module_mm = 1.0
        blocks: list[Image] = []
        for _ in range(int(rng.integers(1, 4))):
            blocks.append(_text(_LINES[int(rng.integers(len(_LINES)))], 22))
        if kind in MATRIX_KINDS:
            blocks.append(self._matrix(rng, kind, hidden))
        elif kind == "Multi":
            number = serial(rng)
            part, mac = f"{characters(rng, 7)}#ABU", characters(rng, 12, "0123456789ABCDEF")
            for role, text in (("S/N", number), ("P/N", part), ("MAC", mac)):
                blocks.append(_text(f"{role}: {text}", 20))
                blocks.append(self._bars(rng, "Code128", text, role, hidden))
        else:
            text = serial(rng)
            if kind == "GS1-128":
                gtin = characters(rng, 13, "0123456789")
                check = -sum(int(d) * (3 if place % 2 == 0 else 1) for place, d in enumerate(gtin)) % 10
                text = f"01{gtin}{check}21{characters(rng, int(rng.integers(6, 13)))}"
            blocks.append(_text(f"S/N: {text}", 20))
            blocks.append(self._bars(rng, kind, text, "S/N", hidden))
        self.image = _stacked(blocks)
        if kind == "Multi":
            code = self._matrix(rng, "DataMatrix", hidden)
            edge = np.full((self.image.shape[0], code.shape[1] + 6 * RASTER), 245, np.uint8)
            edge[4 * RASTER : 4 * RASTER + code.shape[0], 2 * RASTER : 2 * RASTER + code.shape[1]] = code
            self.image = np.hstack([self.image, edge])

    def _bars(self, rng: Generator, kind: str, text: str, role: str, hidden: float) -> Image:
        bars = code_39_bars(text) if kind == "Code39" else code_128_bars(text, gs1=kind == "GS1-128")
        self.expected.append(_expected("Code39" if kind == "Code39" else "Code128", text, role, kind == "GS1-128"))
        height = int(rng.integers(20, 34)) * RASTER
        image = np.repeat(np.where(np.repeat(bars, RASTER), 20, 245).astype(np.uint8)[None], height, 0)
        spread = int(rng.integers(-1, 2))
        if spread:
            kernel = np.ones((1, 1 + 2 * abs(spread)), np.uint8)
            image = cv2.erode(image, kernel) if spread > 0 else cv2.dilate(image, kernel)
        if hidden:
            depth, left = int(height * hidden), int(image.shape[1] * rng.uniform(0.05, 0.3))
            top = int(rng.uniform(0.02, 0.98) * (height - depth))
            image[top : top + depth, left : left + int(image.shape[1] * rng.uniform(0.5, 0.65))] = 60
        return np.pad(image, ((RASTER, 2 * RASTER), (10 * RASTER, 10 * RASTER)), constant_values=245)

    def _matrix(self, rng: Generator, kind: str, hidden: float) -> Image:
        size = RASTER
        text = serial(rng)
        if rng.random() < 0.5:
            text = f"https://support.example.com/?sn={text}" if kind == "QRCode" else f"{text};{characters(rng, 7)}#ABU"
        if kind == "QRCode":
            modules = _written(text, zxingcpp.BarcodeFormat.QRCode)
        else:
            modules = _written(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=bool(rng.random() < 0.85))
        self.expected.append(_expected(kind, text, "QR" if kind == "QRCode" else "DM"))
        image = np.where(np.kron(modules, np.ones((size, size), np.uint8)) < 128, 20, 245).astype(np.uint8)
        if hidden:
            side = min(int((hidden * image.size) ** 0.5), min(image.shape) - 5 * size)
            y, x = (int(rng.integers(size * 2, extent - side - size * 2)) for extent in image.shape)
            image[y : y + side, x : x + side] = 60
        return np.pad(image, 4 * size, constant_values=245)


def _text(words: str, height: int) -> Image:
    scale = height / 22
    (width, tall), below = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, scale * 1.6, 3)
    image = np.full((tall + below + 14, width + 30), 245, np.uint8)
    cv2.putText(image, words, (12, tall + 6), cv2.FONT_HERSHEY_SIMPLEX, scale * 1.6, (30,), 3, cv2.LINE_AA)
    return image


def _stacked(blocks: list[Image]) -> Image:
    width = max(block.shape[1] for block in blocks) + 4 * RASTER
    rows = [np.pad(b, ((4, 4), (2 * RASTER, width - 2 * RASTER - b.shape[1])), constant_values=245) for b in blocks]
    return np.vstack(rows)


def background(rng: Generator, busy: bool = True) -> Floats:
    """A surface of plastic, carton or brushed metal with what may be on it, and no code."""
    dark = rng.random() < 0.55
    level = rng.uniform(20, 70) if dark else rng.uniform(130, 210)
    small = rng.normal(0, 1, (12, 20)).astype(np.float32)
    image = level + cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) * rng.uniform(3, 14)
    if rng.random() < 0.4:
        image += cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 12, sigmaY=0.8) * 25
    for _ in range(int(rng.integers(0, 4)) if busy else 0):
        _vent(rng, image, level)
    for _ in range(int(rng.integers(0, 4)) if busy else 0):
        words = _NOTICES[int(rng.integers(len(_NOTICES)))]
        place = int(rng.integers(0, WIDTH - 200)), int(rng.integers(30, HEIGHT))
        _write(image, words, place, rng.uniform(0.4, 1.1), level - 40 if level > 90 else level + 90)
    return np.asarray(image, dtype=np.float32)


def _write(image: Floats, words: str, place: tuple[int, int], size: float, ink: float) -> None:
    # OpenCV writes on pictures of 8 bits only.
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.putText(drawn, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, (255,), 1 + int(size), cv2.LINE_AA)
    image += (drawn / np.float32(255)) * (np.float32(ink) - image)


def _vent(rng: Generator, image: Floats, level: float) -> None:
    x, y = int(rng.integers(0, WIDTH - 260)), int(rng.integers(0, HEIGHT - 140))
    pitch, count, long = int(rng.integers(6, 16)), int(rng.integers(6, 18)), int(rng.integers(25, 120))
    for nth in range(count):
        a = x + nth * pitch
        if rng.random() < 0.5:
            image[y : y + long, a : a + pitch // 2] = level * 0.45
        else:
            image[y + nth * pitch // 2 : y + nth * pitch // 2 + 3, x : x + long] = level * 0.5


def frame_of(rng: Generator, kind: str, degradation: str, severity: int) -> tuple[Image, list[dict[str, Any]]]:
    """One frame with a label, and what is on it. `severity` is 1 to 3 (0 of "clean")."""
    nth, flat = severity - 1, kind in MATRIX_KINDS
    hidden = (HIDDEN_2D if flat else HIDDEN_1D)[nth] if degradation == "occlusion" else 0.0
    label = Label(rng, kind, hidden)
    module = rng.uniform(3.6, 5.5) if flat else rng.uniform(2.0, 2.8)
    if degradation == "lowres":
        module = (LOWRES_2D if flat else LOWRES_1D)[nth]
    most = 0.86 if degradation != "rotation" else 0.62
    module = min(module, most * WIDTH * RASTER / label.image.shape[1], most * HEIGHT * RASTER / label.image.shape[0])
    turn = {
        "rotation": (rng.uniform(12, 25), 90 * int(rng.integers(1, 4)) + rng.uniform(-5, 5), rng.uniform(30, 60))[nth]
    }.get(degradation, rng.uniform(-6, 6))
    turn *= 1 if rng.random() < 0.5 else -1
    keystone = KEYSTONE[nth] if degradation == "perspective" else rng.uniform(0, 0.06)
    image = _placed(rng, label.image, module, turn, keystone, background(rng))
    return _seen(rng, image, module, degradation, severity), label.expected


def _placed(rng: Generator, label: Image, module: float, turn: float, keystone: float, onto: Floats) -> Floats:
    """The label in perspective on the surface, both at twice the size, brought down."""
    scale = 2 * module / RASTER
    while scale < 0.5:
        # Nothing is averaged by a warp that shrinks.
        label = np.asarray(cv2.resize(label, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        scale *= 2
    h, w = label.shape
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    shape = (corners - [w / 2, h / 2]) * scale
    side = int(rng.integers(4))
    shape[[side, (side + 1) % 4]] *= 1 - keystone
    angle = np.deg2rad(turn)
    shape = shape @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    low, high = shape.min(0), shape.max(0)
    room = np.maximum(np.array([2 * WIDTH, 2 * HEIGHT]) - (high - low) - 40, 0)
    place = (shape - low + 20 + rng.random(2) * room).astype(np.float32)
    to_frame = cv2.getPerspectiveTransform(corners, place)
    size = (2 * WIDTH, 2 * HEIGHT)
    printed = cv2.warpPerspective(label, to_frame, size, flags=cv2.INTER_AREA)
    shown = cv2.warpPerspective(np.full((h, w), 255, np.uint8), to_frame, size)
    printed, shown = (cv2.resize(a, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) for a in (printed, shown))
    cover = shown.astype(np.float32) / 255
    return np.asarray(onto * (1 - cover) + printed.astype(np.float32) * rng.uniform(0.75, 1.0) * cover)


def _seen(rng: Generator, image: Floats, module: float, degradation: str, severity: int) -> Image:
    """What the camera makes of it: light, the degradation, noise, tint, JPEG."""
    nth = severity - 1
    x, y = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    image = image * (1 + rng.uniform(-0.2, 0.2) * x + rng.uniform(-0.2, 0.2) * y).astype(np.float32)
    blur = motion = 0.0
    noise, gain, quality = rng.uniform(1, 3), 1.0, int(rng.integers(85, 96))
    if degradation == "defocus":
        blur = DEFOCUS[nth]
    elif degradation == "motion":
        motion = MOTION[nth]
    elif degradation == "noise":
        noise = NOISE[nth]
    elif degradation == "lowlight":
        gain = GAIN[nth]
    elif degradation == "jpeg":
        quality = QUALITY[nth]
    elif degradation == "mixed":
        blur, motion, noise, gain, quality = MIXED[nth]
    if blur:
        image = cv2.GaussianBlur(image, (0, 0), blur * module)
    if motion:
        image = cv2.filter2D(image, -1, _smear(motion * module, rng.uniform(0, 180)))
    if degradation == "glare":
        bright = image > 100
        ys, xs = np.nonzero(bright) if bright.any() else np.nonzero(image > -1)
        for _ in range(1 + (severity > 1)):
            at = int(rng.integers(len(ys)))
            wide = (40, 60, 90)[nth] * rng.uniform(0.7, 1.3)
            spot = (
                np.exp(-(((np.arange(WIDTH) - xs[at]) / wide) ** 2))[None]
                * np.exp(-(((np.arange(HEIGHT) - ys[at]) / (wide * 0.6)) ** 2))[:, None]
            )
            image = image + (150, 260, 420)[nth] * spot.astype(np.float32)
    image = image * gain + rng.normal(0, 1, image.shape).astype(np.float32) * noise
    tint = rng.uniform(0.93, 1.0, 3)
    colour = np.clip(image[:, :, None] * tint, 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", colour, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)


def _smear(length: float, angle: float) -> Floats:
    side = int(np.ceil(length)) | 1
    side += 2
    fine = np.zeros((side * 8, side * 8), np.float32)
    middle, reach = side * 4, length * 4
    dx, dy = np.cos(np.deg2rad(angle)) * reach, np.sin(np.deg2rad(angle)) * reach
    ends = (int(middle - dx), int(middle - dy)), (int(middle + dx), int(middle + dy))
    cv2.line(fine, *ends, (1.0,), 8)
    kernel = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def negative_of(rng: Generator, kind: str) -> Image:
    """One frame of what is no code."""
    image = background(rng, busy=kind not in ("noise", "checker"))
    if kind == "text":
        for _ in range(40):
            place = int(rng.integers(-60, WIDTH)), int(rng.integers(10, HEIGHT))
            words = f"{_NOTICES[int(rng.integers(len(_NOTICES)))]} {serial(rng)}"
            _write(image, words, place, rng.uniform(0.4, 1.4), rng.uniform(0, 255))
    elif kind == "vents":
        for _ in range(14):
            _vent(rng, image, float(image.mean()))
    elif kind == "noise":
        image += rng.normal(0, rng.uniform(20, 60), image.shape).astype(np.float32)
    elif kind == "stripes":
        angle = rng.uniform(0, np.pi)
        x, y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
        along = ((x * np.cos(angle) + y * np.sin(angle)) / rng.uniform(2, 4)).astype(int)
        image += rng.normal(0, 40, along.max() - along.min() + 1)[along - along.min()].astype(np.float32)
    elif kind == "keyboard":
        for row in range(6):
            for column in range(16):
                a, b = (column * 80 + 4, row * 120 + 4), (column * 80 + 74, row * 120 + 112)
                cv2.rectangle(image, a, b, (35.0,), -1)
                _write(image, characters(rng, 1), (a[0] + 8, a[1] + 30), 0.9, 220.0)
    elif kind == "halfbar":
        for _ in range(4):
            bars = code_128_bars(serial(rng))[16:-18]
            long, high = int(len(bars) * 2), int(rng.integers(30, 80))
            strip = cv2.resize(np.array([bars], np.float32), (long, high), interpolation=cv2.INTER_NEAREST)
            x, y = int(rng.integers(0, WIDTH - long)), int(rng.integers(0, HEIGHT - high))
            image[y : y + high, x : x + long] = 230 - 200 * strip
    elif kind == "dmnoise":
        for _ in range(6):
            side = int(rng.integers(12, 26))
            modules = np.kron(rng.integers(0, 2, (side, side)), np.ones((4, 4))).astype(np.float32)
            modules = np.pad(modules, 8)
            x, y = int(rng.integers(0, WIDTH - len(modules))), int(rng.integers(0, HEIGHT - len(modules)))
            image[y : y + len(modules), x : x + len(modules)] = 235 - 210 * modules
    elif kind == "checker":
        side = int(rng.integers(4, 24))
        x, y = np.meshgrid(np.arange(WIDTH) // side, np.arange(HEIGHT) // side)
        image = np.where((x + y) % 2, 210, 40).astype(np.float32)
    return _seen(rng, image, 2.0, "", 0)


def write_frames(folder: Path, seed: int, frames: int, negatives: int, bursts: int = 0) -> list[dict[str, Any]]:
    """Writes frames and manifest, and gives the manifest. The same seed gives the same frames."""
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    cells = [(kind, "clean", 0) for kind in KINDS]
    cells += [(kind, name, severity) for kind in KINDS for name in DEGRADATIONS for severity in (1, 2, 3)]
    order = np.random.default_rng(seed).permutation(len(cells))

    def keep(name: str, image: Image, entry: dict[str, Any]) -> None:
        cv2.imwrite(str(folder / name), image, [cv2.IMWRITE_JPEG_QUALITY, 95])
        entries.append({"file": name, **entry})

    for nth in range(frames):
        kind, degradation, severity = cells[order[nth % len(cells)]]
        image, expected = frame_of(np.random.default_rng([seed, nth]), kind, degradation, severity)
        about = {"expected": expected, "kind": kind, "degradation": degradation, "severity": severity}
        keep(f"{kind}_{degradation}{severity}_{nth:05}.jpg", image, about)
    for nth in range(bursts):
        kind, degradation, severity = cells[order[(7 * nth + 1) % len(cells)]]
        for frame in range(6):
            # The label is the same in all: it is drawn before anything else. The rest of the frame differs.
            image, expected = burst_frame(seed, nth, frame, kind, degradation, severity)
            about = {"expected": expected, "kind": kind, "degradation": degradation, "severity": severity}
            burst = f"b_{kind}_{degradation}{severity}_{nth:05}"
            keep(f"{burst}_{frame}.jpg", image, {**about, "burst": burst, "frame": frame})
    for nth in range(negatives):
        kind = NEGATIVES[nth % len(NEGATIVES)]
        image = negative_of(np.random.default_rng([seed, 1_000_000 + nth]), kind)
        about = {"expected": [], "kind": f"negative/{kind}", "degradation": None, "severity": None}
        keep(f"negative_{kind}_{nth:05}.jpg", image, about)
    (folder / "manifest.json").write_text(json.dumps(entries, indent=1), encoding="utf-8")
    return entries


def burst_frame(
    seed: int, nth: int, frame: int, kind: str, degradation: str, severity: int
) -> tuple[Image, list[dict[str, Any]]]:
    """One frame of a burst: the frame of `nth`, shaken by a pixel or two and with noise of its own."""
    image, expected = frame_of(np.random.default_rng([seed, 2_000_000 + nth]), kind, degradation, severity)
    rng = np.random.default_rng([seed, 3_000_000 + nth, frame])
    shake = np.array(
        [[1, rng.uniform(-0.01, 0.01), rng.uniform(-9, 9)], [rng.uniform(-0.01, 0.01), 1, rng.uniform(-9, 9)]]
    )
    moved = cv2.warpAffine(image, shake, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    noisy = moved + rng.normal(0, 2.0, moved.shape)
    return np.asarray(np.clip(noisy, 0, 255), dtype=np.uint8), expected


def main() -> int:
    """Writes the frames that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--negatives", type=int, default=40)
    parser.add_argument("--bursts", type=int, default=0, help="groups of six frames of one label (default 0)")
    chosen = parser.parse_args()
    entries = write_frames(chosen.folder, chosen.seed, chosen.frames, chosen.negatives, chosen.bursts)
    print(f"{len(entries)} frames in {chosen.folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
