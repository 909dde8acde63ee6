"""The real image, from this machine's Debian packages: whole, the same twice, and signed as Secure Boot wants it.

It needs the network once; that it boots is shown by the laptops of QEMU (tests/hardware/simulated).
"""

from __future__ import annotations

import ast
import hashlib
import os
import stat
import subprocess
from pathlib import Path

import pytest

import hardware.probe
from hardware.bootstick.builder import BuildOptions, Built, build
from hardware.bootstick.cpio import Entry
from hardware.bootstick.firmware import MOST
from hardware.bootstick.modules import module_name
from hardware.bootstick.verify import verify_folder, verify_stick
from tests.hardware.bootstick.reading import read_initrd

pytestmark = [pytest.mark.slow, pytest.mark.system, pytest.mark.timeout(600)]

STICK = "abcdefghijkl"


@pytest.fixture(scope="module")
def sticks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Built]:
    """The stick for real laptops, built twice."""
    place = tmp_path_factory.mktemp("real")
    first, second = (
        build(BuildOptions(output=place / name, cache=place / "cache", stick=STICK, keys={"stick.key": b"key"}))
        for name in ("first", "second")
    )
    return first, second


@pytest.fixture(scope="module")
def entries(sticks: tuple[Built, Built]) -> dict[str, Entry]:
    """Everything in the start image, by path."""
    return {entry.path: entry for archive in read_initrd(sticks[0].initrd) for entry in archive}


@pytest.fixture(scope="module")
def root(entries: dict[str, Entry], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The start image as a folder, but for its devices and modules."""
    folder = tmp_path_factory.mktemp("root")
    for path, entry in entries.items():
        place = folder / path
        if stat.S_ISDIR(entry.mode):
            place.mkdir(exist_ok=True)
        elif stat.S_ISLNK(entry.mode):
            place.symlink_to(entry.data.decode())
        elif stat.S_ISREG(entry.mode) and "lib/modules" not in path:
            place.write_bytes(entry.data)
            place.chmod(stat.S_IMODE(entry.mode))
    return folder


def test_built_twice_it_is_the_same_byte_for_byte(sticks: tuple[Built, Built]) -> None:
    for name in ("usb.img", "direct/initrd", "direct/vmlinuz", "pxe/grubx64.efi", "manifest.json"):
        first, second = (hashlib.sha256((built.folder / name).read_bytes()).hexdigest() for built in sticks)
        assert first == second, name


def test_shim_grub_and_kernel_are_as_microsoft_and_debian_signed_them(sticks: tuple[Built, Built]) -> None:
    for result in (verify_folder(sticks[0].folder), verify_stick(sticks[0].folder, sticks[0].usb_image)):
        assert result.faults == ()
        names = {program.path: " ".join(sum(program.signers, ())) for program in result.signed}
        shim = names.pop("pxe/shimx64.efi", None) or names.pop("EFI/BOOT/BOOTX64.EFI")
        assert "Microsoft" in shim
        assert names
        assert all("Microsoft" not in signers and signers for signers in names.values())


def in_its_python(root: Path, *arguments: str | Path) -> str:
    """What the stick's own Python says, run with the stick's own libraries."""
    loader = root / "usr" / "lib64" / "ld-linux-x86-64.so.2"
    libraries = root / "usr" / "lib" / "x86_64-linux-gnu"
    python = os.path.realpath(root / "usr" / "bin" / "python3")
    command = [loader, "--library-path", libraries, python, "-I", "-S", "-B", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_sticks_own_python_runs_the_probe(root: Path) -> None:
    assert hardware.probe.VERSION in in_its_python(root, root / "intake" / "probe", "--version")


def test_all_that_the_probe_imports_is_on_the_stick(root: Path, project: Path) -> None:
    names = {"ssl"}
    for file in (project / "hardware" / "probe").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names.add(node.module)
    script = f"import {', '.join(sorted(names))}; ssl.create_default_context(); 'x.example'.encode('idna')"
    in_its_python(root, "-c", script)


NEEDED = """
    vmd nvme ahci ata_piix sd_mod sdhci_pci sdhci_acpi mmc_block rtsx_pci rtsx_pci_sdmmc rtsx_usb_sdmmc ufshcd_pci
    usb_storage uas xhci_pci thunderbolt typec ucsi_acpi tps6598x
    intel_lpss_pci intel_lpss_acpi i2c_designware_platform i2c_designware_pci i2c_i801 i2c_piix4 idma64
    spi_pxa2xx_platform 8250_lpss 8250_dw 8250_exar 8250_pci
    i2c_hid_acpi hid_multitouch hid_generic usbhid hid_rmi psmouse elan_i2c intel_ishtp_hid amd_sfh
    pinctrl_amd pinctrl_sunrisepoint pinctrl_cannonlake pinctrl_icelake pinctrl_tigerlake pinctrl_alderlake
    pinctrl_jasperlake pinctrl_geminilake pinctrl_broxton pinctrl_cherryview pinctrl_lakefield
    battery ac button video thermal coretemp k10temp acpi_cpufreq surface_battery surface_charger surface3_power
    surface_aggregator axp288_fuel_gauge axp288_adc vpd_sysfs efivarfs tpm_crb tpm_tis
    thinkpad_acpi ideapad_laptop dell_laptop hp_wmi asus_nb_wmi acer_wmi samsung_laptop toshiba_acpi fujitsu_laptop
    panasonic_laptop lg_laptop huawei_wmi intel_hid intel_vbtn
    i915 amdgpu radeon nouveau uvcvideo
    e1000e igc igb r8169 alx atl1c tg3 sky2 r8152 ax88179_178a asix cdc_ncm cdc_ether smsc95xx
    iwlwifi iwlmvm ath9k ath10k_pci ath11k_pci rtw88_8822be rtw88_8822ce rtw88_8821ce rtw89_8852ae rtl8723be mt7921e
    brcmfmac mwifiex_pcie btusb btintel btrtl
    snd_hda_intel snd_hda_codec_realtek snd_hda_codec_hdmi snd_hda_codec_cirrus snd_hda_codec_conexant snd_usb_audio
    snd_sof_pci_intel_skl snd_sof_pci_intel_apl snd_sof_pci_intel_cnl snd_sof_pci_intel_icl snd_sof_pci_intel_tgl
    snd_soc_skl_hda_dsp snd_soc_dmic soundwire_intel snd_pci_acp3x snd_rn_pci_acp3x snd_pci_acp6x snd_soc_acp6x_mach
    ftdi_sio pl2303 ch341 cp210x cdc_acm mct_u232 xr_serial f81232
""".split()
"""What laptops of 2018 to 2024 have their evidence from, by the names of Debian 12's kernel."""

NEVER = """
    ext4 btrfs xfs ntfs3 dm_mod raid1 md_mod iTCO_wdt wdat_wdt efi_pstore zram
    option qcserial sierra usb_wwan qmi_wwan cdc_mbim hso huawei_cdc_ncm sierra_net mhi_pci_generic iosm
""".split()
"""File systems and volumes of disks, watchdogs, what writes to the firmware; and modems."""


def test_what_real_laptops_need_is_in_the_kernels_modules(entries: dict[str, Entry]) -> None:
    built_in = next(entry.data.decode() for path, entry in entries.items() if path.endswith("modules.builtin"))
    modules = {module_name(path) for path in entries if path.endswith(".ko")}
    assert set(NEEDED) - modules - {module_name(line) for line in built_in.splitlines()} == set()
    assert modules & set(NEVER) == set()


def test_the_firmware_that_debian_has_in_main_is_on_it_and_the_rest_is_told(
    sticks: tuple[Built, Built], entries: dict[str, Entry]
) -> None:
    used = sticks[0].firmware
    lost = {name for row in used.missing for name in row.packages}
    assert not lost & {"firmware-linux-free", "wireless-regdb"}
    for name in ("regulatory.db", "regulatory.db.p7s", "carl9170-1.fw"):
        assert f"usr/lib/firmware/{name}" in entries, name
    # Where apt's sources have non-free-firmware too it is there; else it is told.
    assert ("firmware-iwlwifi" in lost) != any("iwlwifi-cc-a0" in path for path in entries)
    assert used.size <= MOST


def test_every_program_that_the_scripts_call_is_there(root: Path) -> None:
    called = set(
        """
        sh mount mkdir chmod sed tail cut cat grep tr ip modprobe xargs find sort uniq mv sleep uevent acpid setsid
        python3 udhcpc ifconfig rm poweroff arping ls kill
        """.split()
    )
    for name in called:
        assert os.path.lexists(root / "usr" / "bin" / name), name
    applets = subprocess.run([root / "usr" / "bin" / "busybox", "--list"], capture_output=True, text=True, check=True)
    assert called - {"python3"} <= set(applets.stdout.split())
    for script in ("init", *(f"intake/{name}" for name in "say drivers cold-plug uevent net dhcp".split())):
        subprocess.run([root / "usr" / "bin" / "busybox", "sh", "-n", root / script], check=True)
