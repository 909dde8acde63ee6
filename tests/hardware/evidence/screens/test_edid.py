import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.evidence.errors import EvidenceError
from hardware.evidence.screens.edid import panel_code, read_edid
from tests.hardware.evidence.support import panel

# Published by glpi-agent out of the text descriptors, where the other captures expect no product name.
NAME_FROM_TEXTS = {
    "glpi__lcd.dell-inspiron-6400.bin": "XD570",
    "glpi__lcd.lenovo-w500.bin": "LTN154U2-L05",
    "glpi__lcd.presario-R4000.bin": "LGPhilipsLCD LP154W01-A5",
}


def test_every_scored_field_of_every_capture_is_right(entries, same):
    wrong = []
    for name, data, facts in entries("edid"):
        edid = read_edid(data)
        got = {
            "pnp_id": edid.manufacturer,
            "product_code": edid.product_code,
            "week": edid.week,
            "year": edid.year,
            "width_cm": edid.width_cm,
            "height_cm": edid.height_cm,
            "native": edid.native,
            "product_name": edid.name,
            "serial": edid.serial,
            "digital": edid.digital,
            "edid_version": edid.version,
            "checksum_ok": edid.checksum_ok,
        }
        want = dict(facts)
        if name in NAME_FROM_TEXTS:
            assert want.pop("product_name") == NAME_FROM_TEXTS[name]
            assert NAME_FROM_TEXTS[name] in " ".join(edid.texts)
        if want.get("serial") == "00000000":  # the number was not filled in: nobody's serial
            want["serial"] = None
        wrong += [(name, key, want[key], got[key]) for key in got if key in want and not same(want[key], got[key])]
    assert wrong == []


def test_a_capture_with_no_size_has_no_diagonal_and_the_others_have_the_expected_one(entries):
    for name, data, facts in entries("edid"):
        diagonal = read_edid(data).diagonal_in
        if facts["width_cm"] is None:
            assert diagonal is None, name
        elif name.startswith("Goldstar__GSM75F2"):
            # 31.5 inches by its centimetres, 44.9 by its timing, 37 on the box.
            assert diagonal is None
        elif facts.get("diagonal_in_dtd") and facts["diagonal_in_dtd"] > 4:
            assert diagonal == pytest.approx(facts["diagonal_in_dtd"], abs=0.05), name


def test_the_diagonal_comes_from_the_millimetres():
    assert read_edid(panel(mm=(344, 215), cm=(34, 21))).diagonal_in == 16.0
    assert read_edid(panel(mm=(0, 0), cm=(34, 21))).diagonal_in == 15.7


@pytest.mark.parametrize(("mm", "cm"), [((309, 174), (0, 0)), ((16, 9), (16, 9)), ((309, 174), (79, 0))])
def test_a_screen_that_gives_no_size_has_none(mm, cm):
    assert read_edid(panel(mm=mm, cm=cm)).diagonal_in is None


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ((b"AUO", b"B140XTN07.2"), "B140XTN07.2"),
        ((b"4H6JT\x80NE15QHM",), "NE15QHM"),
        ((b"LG Display",), None),
        ((b"(?N\x01X", b"\x02"), None),
    ],
)
def test_the_panel_code_is_found_among_the_texts(texts, code):
    assert panel_code(read_edid(panel(texts=texts))) == code


def registry(data):
    lines = [",".join(f"{byte:02x}" for byte in data[at : at + 25]) for at in range(0, len(data), 25)]
    return '[HKLM\\X]\r\n"EDID"=hex:' + ",\\\r\n  ".join(lines) + '\r\n"Other"=dword:00000001\r\n'


def lines_of(data, size, start="", sep=" "):
    return "".join(start + data[at : at + size].hex(sep) + "\n" for at in range(0, len(data), size))


def dump(data):
    return "".join(f"{at:08x}: {data[at : at + 16].hex(' ', 2)}  {'.' * 14}ab\n" for at in range(0, len(data), 16))


TEXTS = {
    "hexadecimal": lambda data: data.hex(),
    "in lines": lambda data: lines_of(data, 16),
    "with 0x": lambda data: ", ".join(f"0x{byte:02X}" for byte in data),
    "edid-decode": lambda data: (
        f"edid-decode (hex):\n\n{lines_of(data, 16)}\n----------------\n\nBlock 0, Base EDID:\n"
    ),
    "xrandr": lambda data: (
        "eDP-1 connected primary 1920x1080+0+0\n\tEDID: \n"
        + "".join(f"\t\t{data[at : at + 16].hex()}\n" for at in range(0, len(data), 16))
        + "\tBroadcast RGB: Automatic\n\tBacklight: 5\n"
    ),
    "registry": registry,
    "dump": dump,
    "JSON": lambda data: str({"EDID": list(data)}).replace("'", '"'),
}


@pytest.mark.parametrize("form", list(TEXTS))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_texts_that_tools_write_are_the_same_as_the_bytes(form, encoding):
    data = panel()
    assert read_edid(TEXTS[form](data).encode(encoding)) == read_edid(data)


def test_a_trailing_newline_and_a_cut_extension_change_nothing():
    assert read_edid(panel() + b"\n") == read_edid(panel())
    assert read_edid(panel() + bytes(100)) == read_edid(panel())


@pytest.mark.parametrize("data", [b"", b"\0" * 128, panel()[:127], panel().hex().encode()[:200], b"00 ff ff"])
def test_what_is_no_whole_base_block_is_refused(data):
    with pytest.raises(EvidenceError):
        read_edid(data)


def with_extension(block, **more):
    base = bytearray(panel(**more))
    base[126] = 1
    base[127] = -sum(base[:127]) % 256
    block = bytearray(block.ljust(127, b"\0"))
    return bytes(base) + bytes(block) + bytes((-sum(block) % 256,))


def display_id(*blocks):
    payload = b"".join(bytes((tag, revision, len(body))) + body for tag, revision, body in blocks)
    return bytes((0x70, 0x13, len(payload), 0, 0)) + payload


def words(*numbers):
    return b"".join(number.to_bytes(2, "little") for number in numbers)


TIMING_1 = bytes(3) + b"\x80" + words(2879, 79, 47, 31, 1799, 39, 2, 5)


@pytest.mark.parametrize(
    ("block", "native", "size"),
    [
        (display_id((0x03, 0, TIMING_1)), (2880, 1800), None),
        (display_id((0x03, 0, bytes(4) + TIMING_1[4:])), None, None),
        (display_id((0x01, 0, words(3020, 1890, 2880, 1800) + bytes(4))), (2880, 1800), (302, 189)),
        (display_id((0x21, 0x80, words(302, 189, 2880, 1800) + bytes(21))), (2880, 1800), (302, 189)),
        (bytes((2, 3, 4, 1)) + panel()[54:72], (1366, 768), None),
        (bytes((2, 3, 4, 0)) + panel()[54:72], None, None),
    ],
)
def test_an_extension_fills_in_what_the_base_block_leaves_out(block, native, size):
    edid = read_edid(with_extension(block, pixels=(0, 0), mm=(0, 0), cm=(0, 0)))
    assert (edid.native, edid.size_mm) == (native, size)
    complete = read_edid(with_extension(block))
    assert (complete.native, complete.size_mm) == ((1366, 768), (309, 174))


def test_an_extension_with_a_wrong_checksum_says_nothing():
    data = bytearray(with_extension(display_id((0x03, 0, TIMING_1)), pixels=(0, 0)))
    data[200] ^= 1
    assert read_edid(bytes(data)).native is None


def numbered(maker, number, text=b"", product=0x1234):
    data = bytearray(panel(texts=()))
    word = sum((ord(letter) - 64) << shift for letter, shift in zip(maker, (10, 5, 0), strict=True))
    data[8:10], data[10:12], data[12:16] = word.to_bytes(2, "big"), words(product), number.to_bytes(4, "little")
    if text:
        data[72:90] = (b"\0\0\0\xff\0" + text + b"\n").ljust(18, b" ")
    return read_edid(bytes(data)).serial


@pytest.mark.parametrize(
    ("said", "serial"),
    [
        (("AUO", 0), None),
        (("SNY", 0x01010101), None),
        (("AUO", 0xFFFFFFFF), None),
        (("IVM", 0x1F7BE), "0001f7be"),
        (("DEL", 0x30365A34, b"55347B06Z418"), "55347B06Z418"),
        (("ACR", 0x71707987, b"L800C0014020"), "L800C001717079874020"),
        (("ACR", 0x71707987, b"ETL2508043"), "ETL2508043"),
        (("BNQ", 0x5445, b"X1J08410019"), "ETX1J08410019"),
        (("BNQ", 0x1234, b"X1J08410019"), "X1J08410019"),
        (("PHL", 6456), "006456"),
        (("ENC", 21211015), "21211015"),
        (("GSM", 338670, b"", 0x4B21), "9Y670"),
        (("GSM", 0xCE6E), "0000ce6e"),
        (("GSM", 0xFFFFFFF0, b"", 0x4B21), "fffffff0"),
    ],
)
def test_a_serial_is_what_the_label_has_where_the_rule_is_known(said, serial):
    assert numbered(*said) == serial


def test_a_wrong_checksum_is_told_and_still_read(read):
    data = panel()[:127] + b"\x99"
    reading = read({"edid-eDP-1": data})
    assert reading.facts.display.value[0].width_px.value == 1366
    assert [problem.item for problem in reading.problems] == ["edid-eDP-1"]


@pytest.mark.parametrize("week", [0, 255])
def test_a_week_that_is_none_is_unknown(week):
    assert read_edid(panel(week=week)).week is None


@given(st.binary(max_size=300), st.integers(0, 256), st.integers(0, 20))
def test_any_bytes_are_an_edid_or_an_evidence_error(data, at, cut):
    whole = with_extension(display_id((0x03, 0, TIMING_1)))
    text = whole.hex(" ").encode()
    for mutated in (data, panel()[:54] + data, whole[:at] + data + whole[at + cut :], text[: at * 3] + data):
        try:
            edid = read_edid(mutated)
        except EvidenceError:
            continue
        assert len(panel_code(edid) or "") < 100
