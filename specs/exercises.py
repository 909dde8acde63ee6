"""The facts of the exercises: what the laptop did when it was made to. `specs.facts` gives these names too.

Times in seconds, temperatures in degrees Celsius, levels in decibels. No limit is here: that is a profile's row.
"""

from __future__ import annotations

from msgspec import Struct

from specs.fact import Fact, unknown

__all__ = [
    "BatteryDraw",
    "BrokenOff",
    "CameraPicture",
    "DiskRead",
    "DisplayShown",
    "Exercises",
    "KeysPressed",
    "LidMoved",
    "MemoryTest",
    "ProcessorLoad",
    "SeenNetwork",
    "SensorHeat",
    "SoundLoop",
    "TouchpadTouched",
    "UsbPort",
    "UsbTried",
    "WifiScan",
]


class MemoryTest(Struct, frozen=True):
    """A pattern test of free memory: bytes that were tested, bytes that were free before, and words that came back
    different in all passes together.
    """

    tested_bytes: int
    free_bytes: int
    passes: int
    mismatches: int


class DiskRead(Struct, frozen=True):
    """Reading one built-in disk in places all over it: how many bytes came. `errors` counts reads that failed; the
    speed is in megabytes (10^6 bytes) a second.
    """

    name: str
    read_bytes: int
    errors: Fact[int] = unknown()
    speed_mb_s: Fact[float] = unknown()


class SensorHeat(Struct, frozen=True):
    """The hottest that one sensor was, and the temperature that it calls critical itself; degrees Celsius."""

    sensor: str
    hottest_c: float
    critical_c: Fact[float] = unknown()


class ProcessorLoad(Struct, frozen=True):
    """So many threads computing what has a known result, watched for so many seconds from the first look to the last.
    `rounds` are those of all threads together; `throttled` counts how often it was slowed down for its heat.
    """

    threads: int
    rounds: int
    wrong: int
    watched_s: float
    sensors: Fact[tuple[SensorHeat, ...]] = unknown()
    throttled: Fact[int] = unknown()


class CameraPicture(Struct, frozen=True):
    """One picture of one camera, in grey values (0 black to 255 white).

    `brightness` is the mean, `contrast` the standard deviation, `span` the distance from the darkest hundredth of the
    picture to the lightest; `sharpness` is the variance of the Laplacian. `codes` are the texts of the QR codes read
    in it.
    """

    name: str
    brightness: Fact[float] = unknown()
    contrast: Fact[float] = unknown()
    span: Fact[float] = unknown()
    sharpness: Fact[float] = unknown()
    codes: Fact[tuple[str, ...]] = unknown()


class SoundLoop(Struct, frozen=True):
    """One loudspeaker ("left" or "right") heard by one microphone: how far the tone stood over the noise beside it, in
    decibels, and the loudness of the whole (root mean square, 1 is full scale).
    """

    playback: str
    capture: str
    channel: str
    hertz: int
    over_noise_db: Fact[float] = unknown()
    rms: Fact[float] = unknown()


class SeenNetwork(Struct, frozen=True):
    """One radio station that a Wi-Fi scan saw; an empty `ssid` is one that hides its name."""

    bssid: str
    ssid: str
    signal_dbm: float
    mhz: int


class WifiScan(Struct, frozen=True):
    """What one Wi-Fi adapter saw, strongest first."""

    name: str
    networks: Fact[tuple[SeenNetwork, ...]] = unknown()


class BatteryDraw(Struct, frozen=True):
    """What the laptop drew from its batteries while the mains were unplugged, for so many seconds of samples."""

    on_battery_s: float
    watts: Fact[float] = unknown()


class KeysPressed(Struct, frozen=True):
    """The keys by their names on a UK keyboard. `pressed` went down and came up; `stuck` were down with nobody on them,
    or never came up. Which keys there must be is no fact of the laptop's: a check has the layout's list.
    """

    pressed: tuple[str, ...]
    stuck: tuple[str, ...]


class TouchpadTouched(Struct, frozen=True):
    """A finger over the whole touchpad. `cells` of 25 (5 x 5) felt it; `fingers` is the most that it felt at once;
    `ghosts` counts touches with nobody there.
    """

    cells: int
    left_clicks: int
    right_clicks: int
    fingers: int
    ghosts: int


class DisplayShown(Struct, frozen=True):
    """The colours that filled the screen, in order, each once; whether they were seen is the technician's word.
    `complete` where nobody ended it before the last.
    """

    colours: tuple[str, ...]
    complete: bool


class LidMoved(Struct, frozen=True):
    """How often the lid's switches told of closing, and of opening after it."""

    switches: int
    closed: int
    opened: int


class UsbPort(Struct, frozen=True):
    """A port that took a device: its place ("1-2") and the fastest speed in Mbit/s."""

    port: str
    speed_mbps: int


class UsbTried(Struct, frozen=True):
    """The different ports that took a device, of `known` ones that the hubs name."""

    ports: tuple[UsbPort, ...]
    known: int
    complete: bool


class BrokenOff(Struct, frozen=True):
    """An exercise that did not come to its end, and why. What it had measured until then is a fact all the same."""

    exercise: str
    reason: str


class Exercises(Struct, frozen=True):
    """What the laptop did when it was made to: one fact for each exercise, from the item `exercise-NAME`.

    Of one that is among `broken_off` the fact says what came until then: enough to find a fault, never to find none.
    """

    memory: Fact[MemoryTest] = unknown()
    storage: Fact[tuple[DiskRead, ...]] = unknown()
    cpu: Fact[ProcessorLoad] = unknown()
    camera: Fact[tuple[CameraPicture, ...]] = unknown()
    sound: Fact[tuple[SoundLoop, ...]] = unknown()
    wifi: Fact[tuple[WifiScan, ...]] = unknown()
    battery: Fact[BatteryDraw] = unknown()
    keyboard: Fact[KeysPressed] = unknown()
    touchpad: Fact[TouchpadTouched] = unknown()
    display: Fact[DisplayShown] = unknown()
    lid: Fact[LidMoved] = unknown()
    usb: Fact[UsbTried] = unknown()
    broken_off: tuple[BrokenOff, ...] = ()
