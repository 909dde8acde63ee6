"""Loudspeakers and microphones, with ALSA's commands replaced by ones that hand the sound over in a file."""

import pytest

from hardware.probe.exercises.mixer import controls
from hardware.probe.exercises.sound import Devices, devices_of
from tests.hardware.probe import laptop_tree

PCM = """\
00-00: ALC256 Analog : ALC256 Analog : playback 1 : capture 1
00-03: HDMI 0 : HDMI 0 : playback 1
01-06: DMIC (*) :  : capture 1
"""

# aplay keeps the file that it is given; arecord gives silence until there is one, then its left or right channel.
APLAY = 'cat > {air}.new; mv {air}.new {air}; {record} "$@" >> {log}; sleep 0.4'
ARECORD = """exec {python} -I -c '
import sys, time
channel, air = {channel}, "{air}"
out = sys.stdout.buffer
while True:
    try:
        data = open(air, "rb").read()[44:]
    except OSError:
        data = bytes(4 * 4800)
    import array
    samples = array.array("h", data)
    out.write(samples[channel::2].tobytes())
    out.flush()
    time.sleep(0.02)
'"""


@pytest.fixture
def tools(tmp_path):
    """aplay and arecord; the microphone hears the left loudspeaker only."""
    import sys

    folder, air, log = tmp_path / "tools", tmp_path / "air", tmp_path / "log"
    laptop_tree.tool(folder, "aplay", APLAY.format(air=air, log=log, record="echo"))
    laptop_tree.tool(folder, "arecord", ARECORD.format(air=air, channel=0, python=sys.executable))
    return folder


@pytest.fixture
def laptop(files):
    return files({"proc/asound/pcm": PCM})


def test_devices_are_those_with_a_loudspeaker_or_a_microphone():
    assert devices_of(PCM) == Devices([(0, 0)], [(0, 0), (1, 6)])
    assert devices_of("") == Devices([], [])
    many = "".join(f"0{card}-00: A : A : playback 1 : capture 1\n" for card in range(9))
    assert [len(some) for some in devices_of(many)] == [4, 4]


def test_each_loudspeaker_is_heard_by_each_microphone(do, laptop, tools, tmp_path):
    answer = do("sound", {"hertz": [1100, 2300]}, 40, root=laptop, tools=tools)
    loops = answer.measured["loops"]
    assert [(one["playback"], one["capture"], one["channel"], one["hertz"], one["error"]) for one in loops] == [
        ("hw:0,0", "hw:0,0", "left", 1100, None),
        ("hw:0,0", "hw:1,6", "left", 1100, None),
        ("hw:0,0", "hw:0,0", "right", 2300, None),
        ("hw:0,0", "hw:1,6", "right", 2300, None),
    ]
    left, right = loops[0], loops[2]
    assert left["tone_db"] - left["noise_db"] > 30
    assert right["tone_db"] < -80, "the right loudspeaker does not sound"
    assert answer.document["restored"] is None
    assert (tmp_path / "log").read_text().splitlines() == ["-q -D plughw:0,0 -t wav -"] * 2


def test_a_command_that_fails_is_the_error_of_its_loops(do, laptop, tools):
    laptop_tree.tool(tools, "aplay", "echo 'aplay: main:831: audio open error: Device or resource busy' >&2; exit 1")
    loops = do("sound", {"hertz": [1100, 2300]}, 40, root=laptop, tools=tools).measured["loops"]
    assert {one["error"] for one in loops} == {"aplay: aplay: main:831: audio open error: Device or resource busy"}
    laptop_tree.tool(tools, "arecord", "echo 'no such device' >&2; exit 1")
    laptop_tree.tool(tools, "aplay", "cat > /dev/null")
    loops = do("sound", {"hertz": [1100, 2300]}, 40, root=laptop, tools=tools).measured["loops"]
    assert {one["error"] for one in loops} == {"arecord: no such device"}
    assert {one["tone_db"] for one in loops} == {-150.0}


def test_commands_that_hang_end_with_the_exercise(do, laptop, tools, tmp_path):
    pids = tmp_path / "pids"
    laptop_tree.tool(tools, "aplay", f"trap '' TERM; sleep 300 & echo $! >> {pids}; echo $$ >> {pids}; sleep 300")
    answer = do("sound", {"hertz": [1100, 2300]}, 14, root=laptop, tools=tools)
    assert answer.measured["loops"][0]["error"] == "aplay: the tone was not played to its end in its time"
    started = [int(pid) for pid in pids.read_text().split()]
    assert started
    assert not any(laptop_tree.alive(pid) for pid in started)


@pytest.mark.parametrize(
    ("pcm", "said"),
    [
        ("", "the laptop shows no loudspeaker"),
        ("00-03: HDMI 0 : HDMI 0 : playback 1 : capture 1\n", "the laptop shows no loudspeaker"),
        ("00-00: A : A : playback 1\n", "the laptop shows no microphone"),
    ],
)
def test_a_laptop_without_either_is_a_reason(do, files, tools, pcm, said):
    answer = do("sound", {"hertz": [1100, 2300]}, root=files({"proc/asound/pcm": pcm}), tools=tools)
    assert answer.error.startswith(said)


def test_without_its_commands_it_says_which_is_missing(do, laptop, tools):
    (tools / "arecord").unlink()
    assert do("sound", {"hertz": [1100, 2300]}, root=laptop, tools=tools).error == "arecord is not installed"


CONTENTS = """\
numid=1,iface=MIXER,name='Master Playback Volume'
  ; type=INTEGER,access=rw---R--,values=1,min=0,max=87,step=0
  : values={volume}
  | dBscale-min=-65.25dB,step=0.75dB,mute=0
numid=2,iface=MIXER,name='Master Playback Switch'
  ; type=BOOLEAN,access=rw------,values=1
  : values=off
numid=3,iface=CARD,name='Headphone Jack'
  ; type=BOOLEAN,access=r-------,values=1
  : values=off
"""


def test_the_mixers_values_are_read_but_for_what_is_no_control():
    assert controls(CONTENTS.format(volume="10,20")) == {"1": "10,20", "2": "off"}
    assert controls("") == {}


AMIXER = r"""
echo "$@" >> {log}
[ "$3" = contents ] && cat {state}
[ "$3" = scontrols ] && printf "Simple mixer control '%s',0\n" Master Headphone Capture
[ "$3" = sset ] && [ "$5" = 70% ] && sed -i 's/values=10$/values=61/' {state}
[ "$3" = cset ] && {put_back}
true
"""


@pytest.mark.parametrize(
    ("put_back", "restored"), [("sed -i 's/values=61$/values=10/' {state}", True), ("true", False)]
)
def test_the_mixer_is_made_loud_and_put_back_exactly(do, laptop, tools, tmp_path, put_back, restored):
    state, log = tmp_path / "state", tmp_path / "amixer.log"
    state.write_text(CONTENTS.format(volume="10"))
    script = AMIXER.format(log=log, state=state, put_back=put_back.format(state=state))
    laptop_tree.tool(tools, "amixer", script)
    laptop.joinpath("proc/asound/pcm").write_text("00-00: A : A : playback 1 : capture 1\n")
    answer = do("sound", {"hertz": [1100, 2300]}, 40, root=laptop, tools=tools)
    assert answer.document["restored"] is restored
    said = log.read_text().splitlines()
    assert "-c 0 sset Master,0 70%" in said
    assert "-c 0 sset Master,0 unmute" in said
    assert "-c 0 sset Capture,0 cap" in said
    assert not any("Headphone" in line for line in said)
    assert "-c 0 cset numid=1 10" in said
    assert (state.read_text() == CONTENTS.format(volume="10")) is restored
