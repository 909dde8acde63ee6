"""Which packages firmware comes from, what a driver asks for without naming it, and what matters most where room ends.

Read by firmware.py; nothing here is looked at for the laptops that QEMU plays, which need no firmware.
"""

from __future__ import annotations

from typing import Final

__all__ = ["BY_IMPORTANCE", "PACKAGES", "SOUND_PROCESSORS", "UBUNTU", "UNNAMED"]

UBUNTU: Final = "linux-firmware"
"""Ubuntu's one package of nearly all firmware. Debian has none of this name."""

PACKAGES: Final = (
    ("firmware-iwlwifi",),
    ("firmware-realtek",),
    ("firmware-atheros",),
    ("firmware-brcm80211",),
    # Debian 13 has parts of firmware-misc-nonfree in packages of their own.
    ("firmware-mediatek", "firmware-misc-nonfree"),
    ("firmware-intel-graphics", "firmware-misc-nonfree"),
    ("firmware-amd-graphics",),
    ("firmware-sof-signed",),
    ("firmware-intel-sound",),
    ("firmware-linux-free",),
    ("wireless-regdb",),
)
"""Debian's packages by what they are for, each with the one that it was part of before; `wording.FIRMWARE_LOST` says
what is lost without it.
"""

_SOF: Final = "intel/sof/sof-{}.ri"
_TOPOLOGY: Final = "intel/sof-tplg/sof-{}*.tplg"


def _sof(*processors: str) -> tuple[str, ...]:
    programs = tuple(_SOF.format(name) for name in processors)
    return (*programs, *(_TOPOLOGY.format(f"{name}-") for name in processors), _TOPOLOGY.format("hda-generic"))


SOUND_PROCESSORS: Final = {
    "snd_sof_pci_intel_apl": _sof("apl", "glk"),
    "snd_sof_pci_intel_cnl": _sof("cnl", "cfl", "cml"),
    "snd_sof_pci_intel_icl": _sof("icl", "jsl"),
    "snd_sof_pci_intel_tgl": _sof("tgl", "tgl-h", "ehl", "adl", "adl-s", "adl-n", "rpl", "rpl-s"),
    "snd_intel_sst_acpi": ("intel/fw_sst_0f28.bin", "intel/fw_sst_22a8.bin"),
}
"""What the drivers of Intel's sound processors ask for (kernel 6.1: sound/soc/sof/intel/pci-*.c, sound/soc/intel/atom).

None of it is named in the modules. A processor is used only where every program (no pattern) of its driver is there:
with half of it the laptop would have no sound at all, and without it the loudspeakers still work.
"""

UNNAMED: Final = {
    **SOUND_PROCESSORS,
    # A table that goes with some of the programs, and has no version in its name (iwlwifi/fw/pnvm.h).
    "iwlwifi": ("iwlwifi-*.pnvm",),
    # Its newer card is driven since kernel 5.12 without having been named (ath11k/core.c).
    "ath11k_pci": tuple(
        f"ath11k/WCN6855/{model}/{name}.bin"
        for model in ("hw2.0", "hw2.1")
        for name in ("amss", "board-2", "m3", "regdb")
    ),
}
"""What a module asks for beside what it names, by the module's name."""

_AMD_IN_THE_PROCESSOR: Final = (
    *("carrizo", "stoney", "kabini", "mullins", "kaveri", "raven", "raven2", "picasso", "renoir", "green_sardine"),
    *("vangogh", "yellow_carp", "gc_10_3_6", "gc_10_3_7", "gc_11_0_1", "gc_11_0_4", "gc_11_5", "dcn_3_1", "dcn_3_5"),
    *("psp_13_0_[1458]", "psp_13_0_11", "psp_14_0", "sdma_5_2_[67]", "sdma_6_0_1", "sdma_6_1", "vcn_3_1_2", "vcn_4_0"),
)
"""AMD's graphics that are part of a laptop's processor, and so lead to its panel (the kernel's
Documentation/gpu/amdgpu/apu-asic-info-table.csv); a graphics card beside it is seen without firmware too.
"""

BY_IMPORTANCE: Final = (
    ("net/wireless/*", "*"),
    ("drivers/net/wireless/*", "*"),
    ("sound/*", "*"),
    *(("drivers/gpu/drm/amd/*", f"amdgpu/{name}[_.]*") for name in _AMD_IN_THE_PROCESSOR),
    ("drivers/net/*", "*"),
    ("drivers/gpu/drm/i915/*", "*"),
    ("drivers/gpu/drm/radeon/*", "*"),
    ("drivers/bluetooth/*", "*"),
    ("drivers/usb/*", "*"),
    ("*", "iwlwifi-*"),
    ("drivers/staging/*", "*"),
    ("drivers/gpu/drm/nouveau/*", "*"),
    ("*", "*"),
)
"""Modules (below kernel/) and files, the most wanted first: a scan and a microphone are tests, and a picture comes
without firmware too.
"""
