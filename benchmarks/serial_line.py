"""How many bytes a laptop's evidence is on a serial line, and how long it takes, on a good line and on bad ones.

    .venv/bin/python -m benchmarks.serial_line [--captures FOLDER] [--baud N] [--runs N]

The laptops are those whose udev databases lie beside the project (`benchmarks/real_laptops.py`), read by the probe
itself; where there are none, this machine. Their frames are packed and sent as the agent does it, over a line on a
clock of its own (`benchmarks/conversation.py`): the seconds are the line's, not this machine's.

Prints, for core evidence (--fast) and for the whole bundle: bytes as frames, packed, and on the line (median, largest);
then the median seconds of each line, and their ratio to the time in which the line could carry the packed bytes alone.
Targets (issue 6): core evidence at most 8 kB on a clean line, the whole bundle 32 kB. Exit status 1 where the median of
either is more.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.conversation import Conversation  # noqa: E402
from benchmarks.real_laptops import captured, write_laptop, write_tools  # noqa: E402
from hardware.probe.agent.frames import Frame  # noqa: E402
from hardware.probe.agent.messages import answer  # noqa: E402
from hardware.probe.agent.session import PIECE  # noqa: E402
from hardware.probe.capture import Capture  # noqa: E402
from hardware.probe.laptop import Laptop  # noqa: E402
from hardware.probe.tools import Tools  # noqa: E402
from hardware.probe.wire.deflate import Packer  # noqa: E402
from hardware.simulated.line import CLEAN, Faults, Side  # noqa: E402

TARGETS: Final = {"core evidence": 8_000, "whole bundle": 32_000}
LINES: Final = {
    "clean": CLEAN,
    "1 byte in 10,000 damaged": Faults(flip=0.0001),
    "1 byte in 1,000 damaged": Faults(flip=0.0004, drop=0.0002, insert=0.0002, twice=0.0002),
    "1 byte in 100 damaged": Faults(flip=0.01),
    "stands still for 1 s, twice a second": Faults(stalls=120, stall_s=1),
    "cut for 2 s, twice a second": Faults(cuts=120, cut_s=2),
}
PATIENCE_S: Final = 3600.0


class Sent(NamedTuple):
    """One answer that has come over the line: its bytes, and the line's seconds."""

    frames: int
    packed: int
    said: int
    seconds: float


def frames(root: str, tools: Tools | None, *, fast: bool) -> bytes:
    """The answer to one collect, as the agent says it."""
    capture = Capture(Laptop(root), tools, fast=fast)
    headers: list[tuple[dict[str, object], bytes]] = [
        ({"frame": "start", **capture.head(), "expected": capture.expected()}, b"")
    ]
    for meta, data in capture.items():
        fields = meta._asdict()
        del fields["file"]
        headers.append(({"frame": "item", **fields}, data))
    headers.append(({"frame": "end", "items": len(headers) - 1}, b""))
    return b"".join(Frame(answer(header, 1, n), body).encode() for n, (header, body) in enumerate(headers))


def packed(answer: bytes) -> bytes:
    """What the agent gives its end of the line."""
    packer = Packer()
    return b"".join(packer.pack(answer[start : start + PIECE]) for start in range(0, len(answer), PIECE))


def send(answer: bytes, faults: Faults, *, baud: int, seed: int) -> Sent:
    """One answer over one line, after the ends have met."""
    talk = Conversation(baud=baud, faults=faults, seed=seed)
    if not talk.run(PATIENCE_S, lambda: all(end.connected for end in talk.ends.values())):
        raise RuntimeError("the ends have not met")
    begun, said, line = talk.now, talk.said[Side.LAPTOP], packed(answer)
    talk.to_write[Side.LAPTOP] += line
    if not talk.run(PATIENCE_S, lambda: len(talk.heard[Side.BENCH]) == len(line)):
        raise RuntimeError("the evidence has not come")
    if talk.heard[Side.BENCH] != line:
        raise RuntimeError("what has come is not what was sent")
    return Sent(len(answer), len(line), talk.said[Side.LAPTOP] - said, talk.now - begun)


def answers(captures: Path) -> dict[str, list[bytes]]:
    """The answers of every laptop there is: core evidence, and whole."""
    with tempfile.TemporaryDirectory(prefix="serial-line-") as folder:
        laptops: list[tuple[str, Tools | None]] = []
        for number, database in enumerate(captured(captures)):
            write_laptop(Path(folder) / str(number), captures, database)
            laptops.append((f"{folder}/{number}", Tools(f"{folder}/tools")))
        if laptops:
            write_tools(Path(folder) / "tools", captures)
        else:
            laptops.append(("/", Tools()))
        return {
            name: [frames(root, tools, fast=name == "core evidence") for root, tools in laptops] for name in TARGETS
        }


def main() -> int:
    """Measures, prints, and says whether the targets hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--captures", type=Path, default=PROJECT.parent / "shared" / "captures")
    parser.add_argument("--baud", type=int, default=115_200)
    parser.add_argument("--runs", type=int, default=5, help="how often over each bad line (default 5)")
    chosen = parser.parse_args()
    met = True
    for name, kept in answers(chosen.captures).items():
        clean = [send(answer, CLEAN, baud=chosen.baud, seed=1) for answer in kept]
        print(f"{name} of {len(kept)} laptops, {chosen.baud} baud")
        for what in ("frames", "packed", "said"):
            sizes = [getattr(sent, what) for sent in clean]
            print(f"  {what:7} {statistics.median(sizes):9,.0f} bytes, largest {max(sizes):7,}")
        for line, faults in LINES.items():
            runs = 1 if faults is CLEAN else chosen.runs
            sent = [send(answer, faults, baud=chosen.baud, seed=run + 1) for answer in kept for run in range(runs)]
            seconds = statistics.median(one.seconds for one in sent)
            ratio = statistics.median(one.seconds * chosen.baud / 10 / one.packed for one in sent)
            most = max(one.seconds for one in sent)
            print(f"  {line:36} {seconds:6.2f} s, ratio {ratio:5.2f}, longest {most:6.1f} s")
        met = met and statistics.median(sent.said for sent in clean) <= TARGETS[name]
    print("targets met" if met else "a target is missed: " + ", ".join(f"{k} {v:,}" for k, v in TARGETS.items()))
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
