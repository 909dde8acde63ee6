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
