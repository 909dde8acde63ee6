"""Invented results of a good laptop for every exercise, as the probe writes them, for tests to spoil."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any, Final

__all__ = ["GOOD", "JPEG", "document", "frame", "item_bytes"]

JPEG: Final = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H//"
    "//6/+b9//j/wAALCAAQABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAABAD/xAAVEAEBAAAAAAAAAAAAAAAAAAADAP/aAAgBAQAAPwAJFMIqIppFf/"
    "/Z"
)
"""A ramp of 16 x 16 grey values, as a baseline JPEG."""

GREY: Final = bytes(min(255, 8 * (row + column)) for row in range(16) for column in range(16))
"""The same ramp, a byte a pixel."""


def frame(raw: bytes, width: int = 16, height: int = 16, form: str = "GREY") -> dict[str, Any]:
    """A camera's frame, packed as the probe packs it."""
    packed = base64.b64encode(zlib.compress(raw)).decode()
    return {"width": width, "height": height, "format": form, "zlib": packed}


def _disk(name: str, **more: Any) -> dict[str, Any]:
    read = {"name": name, "size": 256 * 10**9, "bytes_read": 4 * 10**9, "seconds": 8.0, "regions": 480}
    return {**read, "error_count": 0, "errors": [], "skipped": None, **more}


def _loop(channel: str, hertz: int, **more: Any) -> dict[str, Any]:
    heard = {"playback": "hw:0,0", "capture": "hw:0,0", "channel": channel, "hertz": hertz, "tone_db": -28.0}
    return {**heard, "noise_db": -61.5, "rms": 0.11, "error": None, **more}


def _sample(at: float, mains: bool | None, power: str = "6100000") -> dict[str, Any]:
    told = {"status": "Discharging", "power_now": power, "voltage_now": "11400000", "energy_now": "38000000"}
    return {"at": at, "mains": mains, "batteries": {"BAT0": told}}


_KEYS: Final = [*range(1, 55), 56, 57, 58, 86, 100, 103, 105, 106, 108, 111, 125]

GOOD: Final[dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "memory": ({}, {"bytes": 2 * 2**30, "available": 3 * 2**30, "passes": 5, "mismatches": 0, "first": []}),
    "storage": (
        {},
        {"disks": [_disk("nvme0n1"), _disk("sda", bytes_read=0, seconds=0.0, regions=0, skipped="on USB")]},
    ),
    "cpu": (
        {},
        {
            "threads": 4,
            "rounds": 1200,
            "wrong": 0,
            "samples": [
                {"at": 0.0, "celsius": {"coretemp Package id 0": 48.0, "acpitz": 41.0}, "mhz": 2400},
                {"at": 17.0, "celsius": {"coretemp Package id 0": 81.0, "acpitz": 44.0}, "mhz": 2300},
            ],
            "critical": {"coretemp Package id 0": 105.0},
            "throttled_before": 3,
            "throttled_after": 3,
        },
    ),
    "camera": (
        {"width": 0},
        {
            "cameras": [
                {"name": "video0", "card": "Integrated Camera", "frame": frame(GREY), "error": None},
                {"name": "video2", "card": "Second Camera", "frame": frame(JPEG, form="MJPG"), "error": None},
            ]
        },
    ),
    "sound": (
        {"hertz": [2410, 5180]},
        {"loops": [_loop("left", 2410), _loop("right", 5180, tone_db=-31.0)]},
    ),
    "wifi": (
        {},
        {
            "interfaces": [
                {
                    "name": "wlan0",
                    "networks": [
                        {"bssid": "02:00:00:00:00:01", "ssid": "BENCH", "signal_dbm": -47.0, "mhz": 5180},
                        {"bssid": "02:00:00:00:00:02", "ssid": "", "signal_dbm": -60.5, "mhz": 2412},
                    ],
                    "error": None,
                }
            ]
        },
    ),
    "battery": (
        {},
        {"seconds": 14.0, "samples": [_sample(0.0, True, "0"), *(_sample(float(at), False) for at in range(2, 13))]},
    ),
    "keyboard": (
        {"layout": "iso-uk"},
        {
            "devices": ["AT Translated Set 2 keyboard"],
            "wanted": _KEYS,
            "keys": [{"code": code, "down": 1, "up": 1} for code in _KEYS],
            "held": [],
            "complete": True,
        },
    ),
    "touchpad": (
        {},
        {
            "devices": ["Touchpad"],
            "cells": list(range(25)),
            "left_clicks": 2,
            "right_clicks": 1,
            "fingers": 2,
            "ghosts": 0,
            "complete": True,
        },
    ),
    "display": (
        {"number": 7},
        {
            "shown": [
                {"colour": colour, "at": 2.0 * place, "seconds": 2.0}
                for place, colour in enumerate(("red", "green", "blue", "white", "black", "grey", "number"))
            ],
            "width": 1366,
            "height": 768,
            "number": 7,
            "complete": True,
        },
    ),
    "lid": (
        {},
        {
            "switches": ["Lid Switch"],
            "events": [{"at": 2.0, "closed": True}, {"at": 4.5, "closed": False}],
            "complete": True,
        },
    ),
    "usb": (
        {"wanted": 2},
        {
            "ports": ["1-1", "1-2", "1-3", "2-1"],
            "plugged": [
                {"at": 1.0, "port": "1-2", "speed_mbps": 480, "id": "046d:c31c", "gone_at": 3.0},
                {"at": 5.0, "port": "2-1", "speed_mbps": 5000, "id": "0781:5581", "gone_at": None},
            ],
            "complete": True,
        },
    ),
}
"""Arguments and what was measured, by the exercise's name."""


def document(name: str, **changed: Any) -> dict[str, Any]:
    """The good result of an exercise, with parts of what was measured changed."""
    arguments, measured = GOOD[name]
    return {
        "exercise": name,
        "version": 1,
        "arguments": arguments,
        "seconds": 9.5,
        "restored": None,
        "measured": {**measured, **changed},
    }


def item_bytes(name: str, **changed: Any) -> bytes:
    """The same as the bytes of the item."""
    return json.dumps(document(name, **changed)).encode()
