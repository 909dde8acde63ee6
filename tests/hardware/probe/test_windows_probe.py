"""The Windows probe, read as its syntax tree: nothing here can run it, so everything that it may do is listed here."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tree_sitter
import tree_sitter_powershell

from hardware.evidence.bundle import Bundle, make_item, read_bundle, write_bundle
from hardware.evidence.catalogue import known_item
from hardware.evidence.facts import read_facts
from hardware.evidence.sealing import make_key, seal
from specs.facts import Known
from specs.identifiers import new_uuid7

READING = {"Get-CimInstance", "Get-CimAssociatedInstance", "Get-Tpm", "Confirm-SecureBootUEFI"}
PLAIN = {"Set-StrictMode", "New-Object", "ConvertTo-Json", "Where-Object", "Write-Host"}
"""Every command that is not a function of the script itself. None of them changes a laptop."""

MADE = {
    "System.Collections.ArrayList",
    "System.Diagnostics.ProcessStartInfo",
    "System.IO.FileInfo",
    "System.IO.MemoryStream",
    "System.Reflection.AssemblyName",
    "System.Security.Cryptography.RSACryptoServiceProvider",
    "System.Security.Principal.WindowsPrincipal",
}
STATIC_CALLS = {
    "AppDomain": set(),
    "Array": {"Clear", "Copy"},
    "BitConverter": {"GetBytes", "ToString", "ToUInt32"},
    "Convert": {"ToBase64String", "ToByte"},
    "Directory": {"Exists"},
    "File": {"Delete", "Exists", "Move", "ReadAllBytes", "ReadAllText"},
    "Process": {"Start"},
    "RegistryKey": {"OpenBaseKey"},
    "Assembly": {"Load"},
    "Marshal": {"AllocHGlobal", "Copy", "FreeHGlobal"},
}
FORBIDDEN_MEMBERS = {
    *("CreateSubKey", "SetValue", "DeleteValue", "DeleteSubKey", "DeleteSubKeyTree", "SetAccessControl"),
    *("DownloadFile", "DownloadString", "UploadData", "Connect", "Send", "GetResponse"),
    *("InvokeScript", "NewScriptBlock", "AddScript", "Invoke", "InvokeMethod", "Put", "Shutdown"),
    *("WriteAllText", "WriteAllBytes", "AppendAllText", "CreateDirectory", "OwnerAuth"),
}
READ_HERE = {"MSSmBios_RawSMBiosTables", "MDM_DevDetail_Ext01"}
"""Classes whose content is an item of its own."""


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(__file__).parents[3] / "hardware" / "probe" / "windows"


@pytest.fixture(scope="module")
def source(folder: Path) -> bytes:
    return (folder / "probe.ps1").read_bytes()


@pytest.fixture(scope="module")
def root(source: bytes) -> Any:
    language = tree_sitter.Language(tree_sitter_powershell.language())
    return tree_sitter.Parser(language).parse(source).root_node


def walk(node: Any) -> Iterator[Any]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.children)


def texts(node: Any, kind: str) -> list[str]:
    return [found.text.decode() for found in walk(node) if found.type == kind]


def functions(root: Any) -> dict[str, Any]:
    return {
        next(child.text.decode() for child in node.children if child.type == "function_name"): node
        for node in walk(root)
        if node.type == "function_statement"
    }


def test_it_parses_without_an_error(root: Any) -> None:
    wrong = [(node.start_point[0] + 1, node.text[:60]) for node in walk(root) if node.is_error or node.is_missing]
    assert wrong == []


def test_the_parser_would_find_an_error(source: bytes) -> None:
    language = tree_sitter.Language(tree_sitter_powershell.language())
    for broken in (source + b"\nif ($true) {\n", source.replace(b"} finally {", b"} finally", 1)):
        assert tree_sitter.Parser(language).parse(broken).root_node.has_error


def test_it_is_ascii_without_a_mark_and_lines_are_short(source: bytes, folder: Path) -> None:
    for content in (source, (folder / "probe.cmd").read_bytes()):
        assert content.isascii()
        assert max(map(len, content.splitlines())) <= 120
        assert b"\t" not in content


def test_it_runs_only_commands_that_change_nothing(root: Any) -> None:
    used = set(texts(root, "command_name"))
    assert used <= READING | PLAIN | functions(root).keys()
    assert used >= READING
    # An alias would be a command name without a dash.
    assert all("-" in name for name in used)


def test_no_command_is_made_from_a_text(root: Any) -> None:
    kinds = {node.type for node in walk(root)}
    assert "command_invokation_operator" not in kinds
    assert "redirection" not in kinds
    assert "class_statement" not in kinds
    assert "using_statement" not in kinds


def test_it_makes_and_calls_only_what_is_listed(root: Any) -> None:
    made = set()
    for node in walk(root):
        if node.type == "command" and node.text.startswith(b"New-Object "):
            made.add(node.text.split()[1].decode())
    assert made == MADE
    calls = re.findall(r"\[(?:[\w.]+\.)?(\w+)\]::(\w+)\(", root.text.decode())
    for type_name, member in calls:
        assert member in STATIC_CALLS.get(type_name, {member}), (type_name, member)
    assert not FORBIDDEN_MEMBERS & set(texts(root, "member_name"))
    assert not FORBIDDEN_MEMBERS & set(texts(root, "simple_name"))


def test_registry_keys_are_opened_for_reading_only(root: Any) -> None:
    opened = re.findall(r"\.OpenSubKey\(([^)]*)\)", root.text.decode())
    assert len(opened) == 4
    assert all("," not in arguments for arguments in opened)


def test_the_only_program_it_starts_is_powercfg(root: Any) -> None:
    text = root.text.decode()
    assert re.findall(r"'(\w+\.exe)'", text) == ["powercfg.exe"]
    assert text.count("[System.Diagnostics.Process]::Start(") == 1
    assert "$start.Arguments = '/batteryreport /xml /output \"' + $file + '\"'" in text


def test_what_is_written_is_written_to_the_stick(root: Any) -> None:
    text = root.text.decode()
    made_up = re.findall(r"\$(?:file|temporary) = \[System\.IO\.Path\]::Combine\((\$[\w:]+),", text)
    assert made_up == ["$script:Folder", "$script:Folder"]
    assert re.findall(r"::Delete\((\$\w+)\)", text) == ["$file", "$temporary"]
    assert text.count("FileStream]::new(") == 1
    assert not re.search(r"\$env:", text, re.IGNORECASE)


def test_nothing_of_the_network_is_in_it(root: Any) -> None:
    assert not re.search(r"System\.Net\b|https?:|WebClient|Invoke-|-ComputerName|-CimSession|ftp:", root.text.decode())


def test_nothing_of_powershell_7_is_in_it(root: Any) -> None:
    tokens = {node.type for node in walk(root) if not node.is_named}
    assert not tokens & {"??", "??=", "?.", "?[", "&&", "||", "?", "-parallel", "clean"}
    assert not re.search(r"\?\?|\?\.|-Parallel|-AsHashtable|\$Is(Windows|Linux)|\s\?\s", root.text.decode())


def test_no_automatic_variable_is_overwritten(root: Any) -> None:
    automatic = "home host error input args matches pid profile pwd this true false null event sender psscriptroot"
    assigned = {
        text.split("]")[-1].strip().lower().removeprefix("$") for text in texts(root, "left_assignment_expression")
    }
    assert not assigned & set(automatic.split())


def test_each_class_is_read_by_a_parser_or_kept_for_later(root: Any, project: Path) -> None:
    named = set(
        re.findall(r"'((?:Win32|MSFT|MSSmBios|MDM)_\w+|(?:Battery|Wmi|SoftwareLicensing)[A-Z]\w+)'", root.text.decode())
    )
    parsers = "".join(path.read_text("utf-8") for path in (project / "hardware/evidence/windows").glob("*.py"))
    unread = {name for name in named if f'"{name}"' not in parsers}
    assert unread <= READ_HERE
    assert len(named) > 30


def test_the_hash_is_never_shown_nor_kept_in_a_message(root: Any) -> None:
    known = functions(root)
    for name in ("Add-SealedHash", "Get-Envelope"):
        node = known[name]
        said = [command for command in texts(node, "command") if command.startswith(("Write-", "Get-Reason "))]
        assert said == [], name
        assert "throw" not in {child.type for child in walk(node)}
        for text in texts(node, "expandable_string_literal"):
            assert "$" not in text
    # The variable that holds it: made, measured, sealed, wiped, and nothing else.
    uses = [line.strip() for line in known["Add-SealedHash"].text.decode().splitlines() if "$secret" in line]
    assert uses == [
        "$secret = [byte[]]::new(0)",
        "$secret = [System.Text.Encoding]::ASCII.GetBytes([string] $found[0].DeviceHardwareData)",
        "if ($secret.Length -eq 0) {",
        "} elseif ($secret.Length -gt 65536) {",
        "$sealed = Get-Envelope $seal $id $secret",
        "[System.Array]::Clear($secret, 0, $secret.Length)",
    ]
    assert root.text.decode().count("DeviceHardwareData") == 2  # asked for, and named as the item's source


def test_without_a_key_the_hash_is_not_read(root: Any) -> None:
    text = functions(root)["Add-SealedHash"].text.decode()
    assert text.index("left out: there is no seal.xml") < text.index("Get-CimInstance")
    assert text.index("Open-Seal") < text.index("Get-CimInstance")


def test_a_product_key_is_cut_before_it_is_kept(root: Any) -> None:
    known = functions(root)
    assert "$row[$name] = Get-MaskedKey ([string] $property.Value)" in known["Get-Row"].text.decode()
    assert "-KeyProperty 'OA3xOriginalProductKey'" in known["Add-Licensing"].text.decode()
    assert "DigitalProductId" not in root.text.decode()
    assert "BackupProductKey" not in root.text.decode()


def test_the_launcher_starts_the_script_beside_it(folder: Path) -> None:
    text = (folder / "probe.cmd").read_text("ascii")
    assert "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File" in text
    assert '"%~dp0probe.ps1" %*' in text


# ---- what the station makes of such a bundle -------------------------------------------------------------

NT = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\"
CONTROL = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\"
SCREEN = "BOE0A88\\4&36A3B0A5&0&UID8388688"
WINDOWS: dict[str, Any] = {
    "probe": {"administrator": True, "powershell": "5.1.19041.1", "process_64_bit": True},
    "Win32_BIOS": [
        {
            "Manufacturer": "Example",
            "SMBIOSBIOSVersion": "1.07",
            "SerialNumber": "EX12345678",
            "ReleaseDate": "2021-03-04T00:00:00Z",
        }
    ],
    "Win32_ComputerSystem": [
        {
            "Manufacturer": "Example Ltd",
            "Model": "Model 1",
            "SystemSKUNumber": "SKU-1",
            "TotalPhysicalMemory": 4018675712,
        }
    ],
    "Win32_SystemEnclosure": [{"ChassisTypes": [10], "SMBIOSAssetTag": "", "LockPresent": False}],
    "Win32_Processor": [
        {"Name": "Example CPU", "Manufacturer": "GenuineIntel", "NumberOfCores": 4, "NumberOfLogicalProcessors": 4}
    ],
    "Win32_PhysicalMemory": [{"Capacity": 4294967296, "SMBIOSMemoryType": 26, "Speed": 2400}],
    "Win32_OperatingSystem": [
        {"Caption": "Microsoft Windows 10 Pro Education", "OperatingSystemSKU": 164, "BuildNumber": "19043"}
    ],
    "MSFT_PhysicalDisk": [
        {
            "DeviceId": "0",
            "Model": "Example SSD",
            "BusType": 17,
            "MediaType": 4,
            "Size": 128035676160,
            "SerialNumber": "N1",
        }
    ],
    "BatteryCycleCount": [],
    "WmiMonitorID": [
        {
            "InstanceName": f"DISPLAY\\{SCREEN}_0",
            "Active": True,
            "ManufacturerName": [66, 79, 69, 0],
            "ProductCodeID": [48],
        }
    ],
    "WmiMonitorConnectionParams": [
        {"InstanceName": f"DISPLAY\\{SCREEN}_0", "Active": True, "VideoOutputTechnology": 2147483648}
    ],
    "Win32_Tpm": [{"SpecVersion": "2.0, 0, 1.38"}],
    "Get-Tpm": {"TpmPresent": True, "ManufacturerIdTxt": "INTC"},
    "Confirm-SecureBootUEFI": True,
    "SoftwareLicensingService": [{"OA3xOriginalProductKey": "XXXXX-XXXXX-XXXXX-XXXXX-C6YG8"}],
    "registry": {
        f"{NT}EditionID": "ProfessionalEducation",
        f"{NT}UBR": 1288,
        f"{CONTROL}PEFirmwareType": 2,
        f"{CONTROL}SecureBoot\\State\\UEFISecureBootEnabled": 1,
    },
    "errors": {
        "BatteryStaticData": "ENOENT: not supported",
        "Win32_Battery": "left out: the time for this capture was over",
    },
}


def script_zip(path: Path, items: dict[str, tuple[bytes, str | None]]) -> None:
    """A bundle laid out as the script does it: the manifest compact and first, every entry with forward slashes."""
    made = {item: make_item(item, data, error=error) for item, (data, error) in items.items()}
    manifest = {
        "format": "intake-bundle/1",
        "bundle_id": str(new_uuid7(1_700_000_000, bytes(10))),
        "captured_at": "2026-11-24T10:15:30.123Z",
        "probe": {"name": "intake-probe-windows", "version": "0.1.0"},
        "items": [
            {name: getattr(one.meta, name) for name in one.meta.__struct_fields__} | {"source": "CIM", "ms": 12}
            for one in made.values()
        ],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest, separators=(",", ":")))
        for one in made.values():
            if one.meta.file:
                archive.writestr(one.meta.file, one.data)
    path.write_bytes(buffer.getvalue())


def test_the_manifest_has_the_fields_that_the_station_reads(root: Any, source: bytes) -> None:
    from hardware.evidence.bundle import ItemMeta, Manifest

    for function, struct in (("Add-Evidence", ItemMeta), ("Write-Bundle", Manifest)):
        keys = re.findall(r"^\s+'(\w+)' = ", functions(root)[function].text.decode(), re.MULTILINE)
        assert keys == list(struct.__struct_fields__)
    assert b"'intake-bundle/1'" in source


def test_each_item_of_the_script_is_known_to_the_station(root: Any) -> None:
    ids = set(re.findall(r"-Id '([a-z-]+)'", root.text.decode()))
    assert ids == {"smbios", "msdm", "edid-unknown", "powercfg", "windows"}
    assert all(known_item(item) for item in (*ids, "sealed-autopilot", "edid-BOE0A88_4_36A3B0A5_0_UID8388688"))


def test_a_bundle_of_the_script_is_read(tmp_path: Path) -> None:
    path = tmp_path / "intake-EX12345678-20261124T101530Z.zip"
    envelope = seal(b"T0" + b"A" * 4000, make_key().public_key())
    script_zip(
        path,
        {
            "smbios": (b"", "EACCES: access is denied"),
            "msdm": (b"", "ENOENT: the firmware has no MSDM table"),
            "powercfg": (b"", "EIO: powercfg ended with status 1: no battery"),
            "sealed-autopilot": (envelope, None),
            "windows": (json.dumps(WINDOWS).encode(), "not whole: Win32_Battery"),
        },
    )
    bundle = read_bundle(path)
    assert bundle.manifest.probe.name == "intake-probe-windows"
    assert bundle.items["sealed-autopilot"].data == envelope
    facts = read_facts(bundle).facts
    assert facts.identity.serial == Known("EX12345678", ("windows",))
    assert facts.identity.chassis == Known("Notebook", ("windows",))
    assert facts.firmware.date == Known("2021-03-04", ("windows",))
    assert facts.firmware.secure_boot == Known(True, ("windows",))
    assert facts.memory.installed_bytes == Known(2**32, ("windows",))
    assert facts.tpm.version == Known("2.0", ("windows",))
    assert facts.system.sku == Known(164, ("windows",))
    assert isinstance(facts.storage, Known)
    assert [disk.serial for disk in facts.storage.value] == [Known("N1", ("windows",))]
    assert isinstance(facts.display, Known)
    assert [display.internal for display in facts.display.value] == [Known(True, ("windows",))]


def test_a_bundle_without_a_key_says_why_there_is_no_hash(tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    why = "left out: there is no seal.xml beside the script; make the stick with one where the hash is wanted"
    write_bundle(path, Bundle.of([make_item("sealed-autopilot", b"", error=why), make_item("windows", b"{}")]))
    item = read_bundle(path).items["sealed-autopilot"]
    assert (item.data, item.meta.error) == (b"", why)
