import contextlib
import json

from hypothesis import given

from hardware.evidence.devices.sound import read_sound
from hardware.evidence.errors import EvidenceError
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.support import value_of

ROOT = "/sys/class/sound"


def test_cards_are_named_and_what_they_offer_is_counted(read):
    names = ("pcmC0D0p", "pcmC0D3p", "pcmC0D0c", "timer")
    tree: dict[str, object] = {f"{ROOT}/{name}": {"link": f"../../devices/x/{name}"} for name in names}
    tree |= {f"{ROOT}/card0/id": "PCH\n", f"{ROOT}/card1/id": "USB\n"}
    tree["/proc/asound/cards"] = (
        " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0xb1510000 irq 138\n"
    )
    audio = read({"sound": tree}).facts.audio
    assert value_of(audio.cards) == ("HDA Intel PCH", "USB")
    assert (value_of(audio.playback), value_of(audio.capture)) == (2, 1)


def test_no_card_is_known_silence(read):
    assert value_of(read({"sound": {}}).facts.audio.playback) == 0
    assert read({"sound": {ROOT: {"error": "ENOENT"}}}).facts.audio.cards.problem == "absent"


def test_cards_that_the_kernel_pretends_do_not_count():
    tree = {
        f"{ROOT}/card0": {"link": "../../devices/platform/snd_aloop.0/sound/card0"},
        f"{ROOT}/pcmC0D0p": {"link": "../../devices/platform/snd_aloop.0/sound/card0/pcmC0D0p"},
        f"{ROOT}/card1": {"link": "../../devices/pci0000:00/0000:00:1f.3/sound/card1"},
        f"{ROOT}/pcmC1D0c": {"link": "../../devices/pci0000:00/0000:00:1f.3/sound/card1/pcmC1D0c"},
        f"{ROOT}/card1/id": "PCH",
    }
    audio = read_sound(json.dumps(tree).encode(), "sound").audio
    assert (value_of(audio.cards), value_of(audio.playback), value_of(audio.capture)) == (("PCH",), 0, 1)


@given(mutated(json.dumps({f"{ROOT}/card1/id": "USB\n", "/proc/asound/cards": " 0 [PCH  ]: HDA - HDA\n"}).encode()))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_sound(data, "sound")
