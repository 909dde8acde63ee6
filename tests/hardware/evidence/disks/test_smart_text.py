import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.disks.smart import read_smart
from hardware.evidence.errors import EvidenceError
from tests.hardware.evidence.support import value_of

ATA = """smartctl 7.3 2022-02-28 r5338 [x86_64-linux-6.1.0] (local build)

=== START OF INFORMATION SECTION ===
Model Family:     Example SSDs
Device Model:     EXAMPLE SSD 256GB
Serial Number:    EX12345678
LU WWN Device Id: 5 000000 000000000
Add. Product Id:  DELL(tm)
Firmware Version: EX0001
User Capacity:    256,060,514,304 bytes [256 GB]
Rotation Rate:    Solid State Device
SMART support is: Enabled

=== START OF READ SMART DATA SECTION ===
SMART overall-health self-assessment test result: PASSED

"""
OLD_TABLE = """ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE
  5 Reallocated_Sector_Ct   0x0033   100   100   010    Pre-fail  Always       -       3
  9 Power_On_Hours          0x0032   051   051   000    Old_age   Always       -       42565h+42m+49.015s
 12 Power_Cycle_Count       0x0032   100   100   000    Old_age   Always       -       212
190 Airflow_Temperature_Cel 0x0022   068   045   045    Old_age   Always   In_the_past 32 (Min/Max 31/55)
194 Temperature_Celsius     0x0022   032   055   000    Old_age   Always       -       26 (Min/Max 15/50)
197 Current_Pending_Sector  0x0012   100   100   000    Old_age   Always       -       499
198 Offline_Uncorrectable   0x0010   100   100   ---    Old_age   Offline      -       0/0
"""
BRIEF_TABLE = """ID# ATTRIBUTE_NAME          FLAGS    VALUE WORST THRESH FAIL RAW_VALUE
  5 Reallocated_Sector_Ct   PO--CK   100   100   010    NOW  7 (0 5)
  9 Power_On_Hours          -O--CK   051   051   ---    -    1234
194 Temperature_Celsius     -O---K   ---   ---   ---    -    31
                            ||||||_ K auto-keep
Current Temperature:                    29 Celsius
Device Statistics (GP Log 0x04)
Page  Offset Size        Value Flags Description
0x07  =====  =               =  ===  == Solid State Device Statistics (rev 1) ==
0x07  0x008  1              11  N--  Percentage Used Endurance Indicator
"""
NVME = """smartctl 7.4 2023-08-01 r5530 [x86_64-linux-6.5.6] (local build)

=== START OF INFORMATION SECTION ===
Model Number:                       EXAMPLE NVMe 512GB
Serial Number:                      NV00112233
Firmware Version:                   1.0
NVMe Version:                       1.4
Number of Namespaces:               1
Total NVM Capacity:                 0
Namespace 1 Size/Capacity:          {size} [512 GB]

=== START OF SMART DATA SECTION ===
SMART overall-health self-assessment test result: FAILED!
- available spare has fallen below threshold

SMART/Health Information (NVMe Log 0x02)
Critical Warning:                   0x05
Temperature:                        41 Celsius
Available Spare:                    3%
Available Spare Threshold:          10%
Percentage Used:                    104%
Power Cycles:                       1,059
Power On Hours:                     {hours}
Media and Data Integrity Errors:    2
"""
SCSI = """smartctl 7.1 2019-12-30 r5022

=== START OF INFORMATION SECTION ===
Vendor:               EXAMPLE
Product:              EX600G
Revision:             X001
User Capacity:        600,127,266,816 bytes [600 GB]
Rotation Rate:        10025 rpm
Serial number:        SC0011223344
Device type:          disk
Transport protocol:   SAS (SPL-3)

=== START OF READ SMART DATA SECTION ===
SMART Health Status: {status}
Current Drive Temperature:     32 C
Drive Trip Temperature:        85 C
Accumulated power on time, hours:minutes 1641:22
Elements in grown defect list: 4
"""


def reading(text):
    return read_smart(text.encode())


def test_an_ata_disk_with_the_table_of_smartctl_a():
    got = reading(ATA + OLD_TABLE)
    assert (got.model, got.serial, got.firmware) == ("EXAMPLE SSD 256GB", "EX12345678", "EX0001")
    assert (got.bytes, got.protocol, got.rotates, got.passed) == (256_060_514_304, "ATA", False, True)
    assert (got.power_on_hours, got.power_cycles, got.temperature_c) == (42565, 212, 26)
    assert (got.reallocated, got.pending, got.uncorrectable) == (3, 499, 0)
    assert got.critical_warning is got.available_spare is got.percent_used is None


def test_an_ata_disk_with_the_table_of_smartctl_x():
    got = reading(ATA + BRIEF_TABLE)
    assert (got.reallocated, got.power_on_hours, got.percent_used) == (7, 1234, 11)
    # What the drive says of itself now is newer than its attribute.
    assert got.temperature_c == 29
    assert got.pending is None


@pytest.mark.parametrize("separator", [",", ".", "\u00a0", "\u202f", "\u2019", "'", " ", ""])
def test_an_nvme_disk_in_any_locale(separator):
    size, hours = "512,110,190,592".replace(",", separator), "12,728".replace(",", separator)
    got = reading(NVME.format(size=size, hours=hours))
    assert (got.bytes, got.power_on_hours, got.power_cycles) == (512_110_190_592, 12_728, 1059)
    assert (got.protocol, got.rotates, got.passed) == ("NVMe", False, False)
    assert (got.percent_used, got.available_spare, got.critical_warning, got.media_errors) == (104, 3, 5, 2)
    assert got.temperature_c == 41
    assert value_of(got.kind_fact("smart-nvme0")) == "nvme"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16", "utf-16-le"])
def test_the_text_in_any_encoding(encoding):
    text = NVME.format(size="512\u00a0110\u00a0190\u00a0592", hours="3\u00a0387")
    got = read_smart(text.encode(encoding))
    assert (got.bytes, got.power_on_hours) == (512_110_190_592, 3387)


def test_a_separator_that_nobody_knows_is_no_smaller_number():
    got = reading(NVME.format(size="512|110|190|592", hours="12~728"))
    assert got.bytes is got.power_on_hours is None


@pytest.mark.parametrize(
    ("status", "passed"),
    [
        ("OK", True),
        ("FIRMWARE IMPENDING FAILURE DATA ERROR RATE TOO HIGH [asc=5d, ascq=62]", False),
        ("FAILURE PREDICTION THRESHOLD EXCEEDED: ascq=0x5 [asc=5d, ascq=5]", False),
        ("who knows", None),
    ],
)
def test_a_scsi_disk(status, passed):
    got = reading(SCSI.format(status=status))
    assert (got.model, got.serial, got.firmware) == ("EX600G", "SC0011223344", "X001")
    assert (got.bytes, got.protocol, got.rotates) == (600_127_266_816, "SCSI", True)
    assert (got.passed, got.temperature_c, got.power_on_hours) == (passed, 32, 1641)
    # The grown defect list is not the ATA attribute of that number.
    assert got.reallocated is None


def test_the_joined_line_of_old_scsi_gives_no_model():
    got = reading("smartctl version 5.38\nDevice: EXAMPLE EX300G   Version: BA23\nSerial number: 3LM00001\n")
    assert got.model is got.firmware is None
    assert got.serial == "3LM00001"


def test_what_is_absurd_or_blank_is_not_there():
    text = NVME.format(size="99,999,999,999,999,999,999", hours="999,999,999").replace("41 C", "-214 C")
    got = reading(text.replace("NV00112233", "--"))
    assert got.serial is got.power_on_hours is got.temperature_c is got.bytes is None
    assert reading(ATA.replace("PASSED", "UNKNOWN!")).passed is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("smartctl 7.3\nSmartctl open device: /dev/sda failed: Permission denied\n", "could not open"),
        ("smartctl 7.3\n/dev/sdb: Unknown USB bridge [0x0000:0x0000 (0x000)]\n", "could not open"),
        ("smartctl 7.3\nDevice is in STANDBY mode, exit(2)\n", "asleep"),
        ("/dev/sda -d sat # /dev/sda [SAT], ATA device\n", "not what smartctl prints"),
        ("System Information\n\tSerial Number: ABC\n\tProduct: X\n", "not what smartctl prints"),
        (ATA + ATA.replace("EX12345678", "EX99999999"), "more than one disk"),
    ],
)
def test_what_is_no_reading_of_one_disk_is_refused(text, why):
    with pytest.raises(EvidenceError, match=why):
        reading(text)


# The publisher's table reads "3" out of "3 387", whose separator is the byte A0; its report says 3,387 hours.
MISREAD = {"pysmart__nvme_9_issue_72.txt": {"power_on_hours": 3387}}


def test_every_scored_field_of_every_text_capture_is_right(entries, same):
    wrong = []
    for name, data, facts in entries("smart", ".txt"):
        got = read_smart(data)
        nvme = got.protocol == "NVMe"
        values = {
            "model": got.model,
            "serial": got.serial,
            "firmware": got.firmware,
            "capacity_bytes": got.bytes,
            "smart_passed": got.passed,
            "power_on_hours": got.power_on_hours,
            "temperature_c": got.temperature_c,
            "is_ssd": None if got.rotates is None else not got.rotates,
            "reallocated": got.reallocated,
            "pending": got.pending,
            "uncorrectable": got.uncorrectable,
            "nvme_percentage_used": got.percent_used if nvme else None,
            "nvme_available_spare": got.available_spare,
            "nvme_critical_warning": got.critical_warning,
            "nvme_media_errors": got.media_errors,
        }
        wanted = {**facts, **MISREAD.get(name, {})}
        wrong += [(name, key, wanted[key], values[key]) for key in values if key in wanted]
    assert [miss for miss in wrong if not same(miss[2], miss[3])] == []


SEEDS = [(ATA + OLD_TABLE).encode(), (ATA + BRIEF_TABLE).encode(), NVME.encode(), SCSI.encode(), b'{"smartctl": {}}']


@given(st.sampled_from(SEEDS), st.integers(0, 4000), st.integers(0, 60), st.binary(max_size=60))
def test_spoilt_text_is_read_or_refused(seed, start, length, noise):
    spoilt = seed[:start] + noise + seed[start + length :]
    try:
        got = read_smart(spoilt)
    except EvidenceError:
        return
    assert all(number is None or 0 <= number < 2**63 for number in (got.bytes, got.power_on_hours, got.reallocated))


@given(st.binary(max_size=400))
def test_other_bytes_are_read_or_refused(data):
    try:
        read_smart(data)
    except EvidenceError:
        return
    assert b"martctl" in data or b"SMART" in data or b"json_format_version" in data
