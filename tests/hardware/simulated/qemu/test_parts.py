"""Panel, power and key of a simulated laptop, as the bench's own parsers and iasl read them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hardware.evidence.machine.msdm import read_msdm
from hardware.evidence.screens.edid import panel_code, read_edid
from hardware.probe.msdm import mask
from hardware.simulated.qemu.acpi import Drain, HostControlled, compile_table, made_up_key, msdm_body, power_table
from hardware.simulated.qemu.controls import Controls
from hardware.simulated.qemu.edid import panel_edid
from hardware.simulated.qemu.errors import LaptopRefused, SimulationError
from hardware.simulated.qemu.guest_parts import hung_on
from hardware.simulated.qemu.models import made_up, model_named, models
from hardware.simulated.qemu.spec import FAULTS, laptop_spec, with_faults
from tests.hardware.bootstick.reading import read_archive

needs_iasl = pytest.mark.skipif(shutil.which("iasl") is None, reason="iasl is not installed (Debian: acpica-tools)")


@pytest.mark.parametrize("name", sorted(models()))
def test_the_bench_reads_each_panel_with_its_size_and_its_code(name: str) -> None:
    model = model_named(name)
    data = panel_edid(
        maker=model.panel_maker,
        panel=model.panel,
        diagonal_in=model.diagonal_in,
        width_px=model.width_px,
        height_px=model.height_px,
        year=2021,
    )
    assert len(data) == 128
    panel = read_edid(data)
    assert panel.checksum_ok
    assert panel.manufacturer == model.panel_maker
    assert panel.native == (model.width_px, model.height_px)
    assert panel.diagonal_in == pytest.approx(model.diagonal_in, abs=0.1)
    assert panel_code(panel) == model.panel


@needs_iasl
@pytest.mark.parametrize("power", [Drain(), Drain(6000), HostControlled()])
@pytest.mark.parametrize("fitted", [True, False])
def test_iasl_takes_every_kind_of_power_table(power: Drain | HostControlled, fitted: bool, tmp_path: Path) -> None:
    battery = laptop_spec(model_named("hp-250-g7"), seed="1").battery if fitted else None
    table = compile_table(power_table(battery, power), tmp_path).read_bytes()
    assert table.startswith(b"SSDT")
    assert (b"BAT0" in table) is fitted
    assert b"LID0" in table


@needs_iasl
def test_a_table_that_iasl_refuses_is_told_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(SimulationError, match="iasl failed"):
        compile_table("DefinitionBlock (", tmp_path)


def test_the_key_has_the_form_of_a_key_and_the_probe_masks_it() -> None:
    key = made_up_key("7")
    assert key == made_up_key("7") != made_up_key("8")
    body = msdm_body(key)
    header = b"MSDM" + (36 + len(body)).to_bytes(4, "little") + b"\x03\0STATN LAPTOP  " + bytes(12)
    table = header[:36] + body
    masked = mask(table)
    assert masked is not None
    assert key.encode() not in masked
    assert key[-5:].encode() in masked
    assert read_msdm(masked, "msdm")


def test_the_hand_on_charger_and_lid_writes_what_the_table_reads(tmp_path: Path) -> None:
    battery = laptop_spec(model_named("hp-250-g7"), seed="1").battery
    assert battery is not None

    def seen() -> list[int]:
        data = (tmp_path / "controls").read_bytes()
        return [int.from_bytes(data[at : at + 4], "little") for at in range(0, 32, 4)]

    with Controls(tmp_path / "controls", battery) as controls:
        at_first = seen()
        assert at_first[0] == 1
        assert at_first[3] == battery.now_mwh
        controls.charger_out(rate_mw=7000)
        controls.close_lid()
        controls.temperature(61.5)
        now = seen()
        assert now[:3] == [0, 1, 7000]
        assert (now[5], now[6]) == (0, 3347)
        assert now[7] > at_first[7]


def test_a_laptop_without_a_camera_brings_a_start_image_that_takes_the_stand_in_away() -> None:
    good = laptop_spec(model_named("hp-250-g7"), seed="1")
    first = b"packed start image"
    for spec, gone in ((good, False), (with_faults(good, ["no-camera"]), True)):
        image = hung_on(first, spec)
        assert image.startswith(first)
        files = {entry.path: entry.data for entry in read_archive(image[len(first) + 2 :])}
        assert (b"vivid" in files["virtual/init"]) is gone
        assert len(files["usr/lib/firmware/edid/panel.bin"]) == 128


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_each_fault_changes_the_laptop_and_only_a_wrong_serial_its_firmwares_name(name: str) -> None:
    good = laptop_spec(model_named("lenovo-300e-2nd-gen"), seed="1")
    faulty = with_faults(good, [name])
    assert faulty != good
    assert faulty.label_serial == good.label_serial
    assert (faulty.tables.serial != good.label_serial) is (name in ("wrong-serial", "blank-serial"))


def test_the_same_seed_gives_the_same_laptop_and_another_one_another() -> None:
    model = model_named("dell-latitude-5300")
    assert laptop_spec(model, seed="1") == laptop_spec(model, seed="1")
    assert laptop_spec(model, seed="1").serial != laptop_spec(model, seed="2").serial
    assert made_up("GE114-2110-#####", "x").startswith("GE114-2110-")


@pytest.mark.parametrize("serial", ["", " ", "a\x1b[31m", "x" * 61, "Größe", "a\n"])
def test_a_serial_that_no_firmware_holds_is_refused(serial: str) -> None:
    if not serial:
        assert laptop_spec(model_named("hp-255"), serial=serial, seed="1").serial
        return
    with pytest.raises(LaptopRefused, match="serial"):
        laptop_spec(model_named("hp-255"), serial=serial)


def test_what_is_not_in_the_lists_is_refused_with_the_lists() -> None:
    with pytest.raises(LaptopRefused, match="hp-250-g7"):
        model_named("nothing")
    with pytest.raises(LaptopRefused, match="no-tpm"):
        with_faults(laptop_spec(model_named("hp-255"), seed="1"), ["nothing"])
