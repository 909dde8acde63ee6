"""Wi-Fi scans as `iw` writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.probe.exercises import wifi
from hardware.probe.exercises.wifi import interfaces_of, networks_of
from tests.hardware.probe import laptop_tree

DEV = """\
phy#0
\tUnnamed/non-netdev interface
\t\twdev 0x2
\t\taddr 8c:16:45:12:34:56
\t\ttype P2P-device
\tInterface wlan0
\t\tifindex 3
\t\twdev 0x1
\t\taddr 8c:16:45:12:34:56
\t\ttype managed
\t\ttxpower 20.00 dBm
"""
SCAN = """\
BSS 00:1a:2b:3c:4d:5e(on wlan0)
\tTSF: 12345 usec (0d, 00:00:00)
\tfreq: 2412
\tbeacon interval: 100 TUs
\tcapability: ESS Privacy (0x0411)
\tsignal: -67.00 dBm
\tlast seen: 100 ms ago
\tSSID: Caf\\xc3\\xa9 \\\\o/
\tRSN:\t * Version: 1
BSS 66:1A:2B:3C:4D:5F(on wlan0) -- associated
\tfreq: 5180.0
\tsignal: -48.50 dBm
\tSSID: bench
BSS 11:22:33:44:55:66(on wlan0)
\tfreq: 2437
\tsignal: -90.00 dBm
\tSSID:\x20
BSS 11:22:33:44:55:77(on wlan0)
\tfreq: 2437
\tSSID: without a signal
"""
TEXT = st.text(st.sampled_from("BSS fre:q-signald\tBm.0123456789abcxF()\n\\SSID "), max_size=300)


def iw(folder, scan):
    return laptop_tree.tool(folder, "iw", f'if [ "$2" = "" ]; then cat <<"X"\n{DEV}X\nelse\n{scan}\nfi')


@pytest.fixture
def radio(files):
    """A laptop with a radio switch."""
    return files({"sys/class/rfkill/rfkill0/type": "wlan\n", "sys/class/rfkill/rfkill1/type": "bluetooth\n"})


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(wifi, "PAUSE_SECONDS", 0.001)


def test_interfaces_are_those_with_a_name():
    assert interfaces_of(DEV) == [("wlan0", "managed")]
    assert interfaces_of("") == []


def test_networks_come_strongest_first_with_their_names_as_they_are():
    assert networks_of(SCAN) == [
        {"bssid": "66:1a:2b:3c:4d:5f", "ssid": "bench", "signal_dbm": -48.5, "mhz": 5180},
        {"bssid": "00:1a:2b:3c:4d:5e", "ssid": "Café \\o/", "signal_dbm": -67.0, "mhz": 2412},
        {"bssid": "11:22:33:44:55:66", "ssid": "", "signal_dbm": -90.0, "mhz": 2437},
    ]


@given(TEXT | st.text(max_size=200))
def test_no_output_of_iw_can_do_harm(text):
    for one in networks_of(text):
        assert set(one) == {"bssid", "ssid", "signal_dbm", "mhz"}
        assert len(one["ssid"]) <= 64
    assert all(name and len(name) < 16 for name, _ in interfaces_of(text))


def test_a_scan_is_told(do, radio, tmp_path):
    answer = do("wifi", {}, root=radio, tools=iw(tmp_path / "tools", f'cat <<"X"\n{SCAN}X'))
    (interface,) = answer.measured["interfaces"]
    assert interface["name"] == "wlan0"
    assert len(interface["networks"]) == 3
    assert interface["error"] is None
    assert answer.document["restored"] is None


def test_at_most_so_many_networks_are_told():
    many = "".join(f"BSS 00:00:00:00:00:{at:02x}(on w)\n\tfreq: 2412\n\tsignal: -{at}.00 dBm\n" for at in range(99))
    assert len(networks_of(many)) == 64
    assert networks_of(many)[0]["signal_dbm"] == 0.0


def test_a_blocked_radio_is_switched_on_and_off_again(do, radio, tmp_path):
    soft = radio / "sys/class/rfkill/rfkill0/soft"
    soft.write_text("1\n")
    seen = tmp_path / "seen"
    tools = iw(tmp_path / "tools", f'head -c 1 {soft} > {seen}; cat <<"X"\n{SCAN}X')
    answer = do("wifi", {}, root=radio, tools=tools)
    assert len(answer.measured["interfaces"][0]["networks"]) == 3
    assert answer.document["restored"] is True
    assert seen.read_text() == "0"
    assert soft.read_text().strip() == "1"


def test_a_switch_of_the_laptops_own_is_a_reason(do, radio, tmp_path):
    (radio / "sys/class/rfkill/rfkill0/hard").write_text("1\n")
    tools = iw(tmp_path / "tools", f'cat <<"X"\n{SCAN}X')
    (interface,) = do("wifi", {}, root=radio, tools=tools).measured["interfaces"]
    assert interface["error"] == "Wi-Fi is switched off by the laptop's own switch; switch it on"
    assert interface["networks"] == []


def test_a_busy_radio_and_an_empty_first_scan_are_asked_again(session_of, radio, tmp_path):
    count = tmp_path / "count"
    script = f"""echo x >> {count}
case $(wc -l < {count}) in
1) echo "command failed: Device or resource busy (-16)" >&2; exit 240;;
2) ;;
*) cat <<"X"
{SCAN}X
;; esac"""
    measured = wifi.run(session_of(radio, iw(tmp_path / "tools", script)))
    assert len(measured["interfaces"][0]["networks"]) == 3


def test_what_iw_says_is_the_reason_and_root_is_named_where_it_helps(session_of, radio, tmp_path, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    tools = iw(tmp_path / "tools", 'echo "command failed: Operation not permitted (-1)" >&2; exit 255')
    (interface,) = wifi.run(session_of(radio, tools))["interfaces"]
    assert interface["error"] == (
        "iw ended with status 255: command failed: Operation not permitted (-1); run the probe as root"
    )


def test_a_scan_that_never_ends_is_ended_in_time(do, radio, tmp_path):
    answer = do("wifi", {}, 3.0, root=radio, tools=iw(tmp_path / "tools", "sleep 300"))
    assert answer.header["ms"] < 3000
    assert answer.measured["interfaces"][0]["error"].startswith("timed out after")


def test_no_adapter_and_no_iw_are_reasons(do, radio, tmp_path):
    tools = laptop_tree.tool(tmp_path / "tools", "iw", "true")
    assert do("wifi", {}, root=radio, tools=tools).error == "iw shows no Wi-Fi interface"
    (tools / "iw").unlink()
    assert do("wifi", {}, root=radio, tools=tools).error == "iw is not installed"
