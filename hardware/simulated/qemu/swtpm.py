"""A TPM 2.0 for a virtual laptop: swtpm, one for each start, with a state of its own."""

from __future__ import annotations

from pathlib import Path

__all__ = ["swtpm_command", "tpm_options"]


def swtpm_command(folder: Path) -> list[str]:
    """The process that is the TPM; it listens at `tpm.sock` in the folder and ends when QEMU hangs up."""
    state = folder / "tpm"
    state.mkdir(mode=0o700)
    return [
        *("swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}"),
        *("--ctrl", f"type=unixio,path={folder / 'tpm.sock'}", "--terminate", "--flags", "startup-clear"),
    ]


def tpm_options(folder: Path) -> list[str]:
    """QEMU's options for it."""
    return [
        *("-chardev", f"socket,id=tpm,path={folder / 'tpm.sock'}"),
        *("-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm0"),
    ]
