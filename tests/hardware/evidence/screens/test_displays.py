import pytest

from specs.facts import Known
from tests.hardware.evidence.support import panel, value_of

ROOT = "/sys/class/drm"


def connector(name, status="connected", modes="1920x1080\n1280x720\n"):
    return {f"{ROOT}/{name}/status": status, f"{ROOT}/{name}/enabled": "enabled", f"{ROOT}/{name}/modes": modes}


def test_the_panel_is_internal_and_comes_first(read):
    tree = {**connector("card0-DP-1", "disconnected", ""), **connector("card0-HDMI-A-1"), **connector("card0-eDP-1")}
    facts = read({"drm": tree, "edid-eDP-1": panel(), "edid-HDMI-A-1": panel()}).facts
    internal, external = value_of(facts.display)
    assert (internal.connector, value_of(internal.internal)) == ("eDP-1", True)
    assert (external.connector, value_of(external.internal)) == ("HDMI-A-1", False)
    assert internal.diagonal_in == Known(14.0, ("edid-eDP-1",))
    assert internal.width_px == Known(1366, ("edid-eDP-1",))


def test_an_edid_alone_is_a_screen_and_an_empty_one_is_none(read):
    reading = read({"edid-LVDS-1": panel(), "edid-VGA-1": b""})
    assert [display.connector for display in value_of(reading.facts.display)] == ["LVDS-1"]
    assert reading.problems == ()


def test_a_screen_without_edid_has_the_mode_that_the_kernel_lists_and_no_size(read):
    (display,) = value_of(read({"drm": connector("card1-eDP-1")}).facts.display)
    assert display.width_px == Known(1920, ("drm",))
    assert display.diagonal_in.problem == "not_collected"


def test_a_connector_with_nothing_in_it_is_no_screen(read):
    facts = read({"drm": connector("card0-eDP-1", "disconnected", ""), "edid-eDP-1": b""}).facts
    assert value_of(facts.display) == ()


def test_two_cards_with_a_connector_of_one_name_are_two_screens(read):
    tree = {**connector("card0-DP-1"), **connector("card1-DP-1")}
    displays = value_of(read({"drm": tree, "edid-card1-DP-1": panel()}).facts.display)
    assert [display.connector for display in displays] == ["card0-DP-1", "card1-DP-1"]
    assert value_of(displays[1].diagonal_in) == 14.0


def test_an_edid_that_could_not_be_read_says_why(read):
    reading = read({"drm": connector("card0-eDP-1")}, {"edid-eDP-1": "EIO: /sys/class/drm/card0-eDP-1/edid"})
    (display,) = value_of(reading.facts.display)
    assert display.width_mm.problem == "unreadable"
    reading = read({"drm": connector("card0-eDP-1"), "edid-eDP-1": b"noise"})
    assert value_of(reading.facts.display)[0].width_mm.problem == "unreadable"
    assert [problem.item for problem in reading.problems] == ["edid-eDP-1"]


def test_no_list_and_no_edid_is_not_no_screen(read):
    assert read({}).facts.display.problem == "not_collected"
    assert read({"drm": {ROOT: {"error": "ENOENT"}}}).facts.display.problem == "absent"


def test_a_panel_that_two_graphics_claim_is_one_panel(read):
    both = {**connector("card0-eDP-1", modes=""), **connector("card1-eDP-1")}
    (display,) = value_of(read({"drm": both, "edid-card1-eDP-1": panel()}).facts.display)
    assert (display.connector, value_of(display.diagonal_in)) == ("card1-eDP-1", 14.0)
    (display,) = value_of(read({"drm": both, "edid-eDP-1": panel()}).facts.display)
    assert value_of(display.internal) is True


def test_the_graphics_that_has_no_panel_adds_none(read):
    tree = {**connector("card0-eDP-1", "disconnected", ""), **connector("card1-eDP-1")}
    (display,) = value_of(read({"drm": tree, "edid-eDP-1": panel()}).facts.display)
    assert (display.connector, value_of(display.diagonal_in)) == ("card1-eDP-1", 14.0)


def test_a_laptop_with_two_panels_has_two(read):
    tree = {**connector("card0-eDP-1"), **connector("card0-eDP-2")}
    facts = read({"drm": tree, "edid-eDP-1": panel(), "edid-eDP-2": panel()}).facts
    assert [value_of(display.internal) for display in value_of(facts.display)] == [True, True]


@pytest.mark.parametrize(
    ("name", "internal"),
    [
        ("card0-DP-1-8", False),
        ("card0-HDMI-A-1", False),
        ("card0-VGA-1", False),
        ("card0-DVI-I-1", False),
        ("card0-USB-1", False),
        ("card1-LVDS-1", True),
        ("card0-DSI-1", True),
        ("card0-eDP-2", True),
        ("card0-Unknown-1", None),
    ],
)
def test_a_monitor_on_the_dock_is_never_the_panel(read, name, internal):
    (display,) = value_of(read({"drm": connector(name), f"edid-{name}": panel()}).facts.display)
    assert value_of(display.internal) is internal


def test_a_file_that_names_no_connector_does_not_say_whose_screen_it_is(read):
    (display,) = value_of(read({"edid-copied": panel()}).facts.display)
    assert display.internal.problem == "absent"
    assert value_of(display.diagonal_in) == 14.0


def test_a_maker_that_is_no_three_letters_is_unknown(read):
    data = bytearray(panel())
    data[8:10] = b"\0\0"
    (display,) = value_of(read({"edid-eDP-1": bytes(data)}).facts.display)
    assert value_of(display.manufacturer) is None


def test_connectors_are_bounded_in_number_and_in_name(read):
    tree = {path: text for n in range(100) for path, text in connector(f"card0-DP-{n}").items()}
    assert len(value_of(read({"drm": tree}).facts.display)) == 64
    tree = {**connector("card0-DP-1\x1b[31m"), **connector("card0-" + "D" * 400), **connector("card0-DP-1")}
    assert [display.connector for display in value_of(read({"drm": tree}).facts.display)] == ["DP-1"]


def test_a_screen_that_names_no_native_mode_has_the_kernels(read):
    (display,) = value_of(read({"drm": connector("card0-VGA-1"), "edid-VGA-1": panel(pixels=(0, 0))}).facts.display)
    assert display.width_px == Known(1920, ("drm",))
    (display,) = value_of(read({"edid-VGA-1": panel(pixels=(0, 0))}).facts.display)
    assert display.width_px.problem == "absent"
