import contextlib
import json

import pytest
from hypothesis import given

from hardware.evidence.devices.rfkill import read_rfkill
from hardware.evidence.errors import EvidenceError
from specs.facts import Unknown
from tests.hardware.evidence.mutations import mutated
from tests.hardware.evidence.support import value_of

LIST = """\
0: tpacpi_bluetooth_sw: Bluetooth
\tSoft blocked: no
\tHard blocked: no
1: phy0: Wireless LAN
\tSoft blocked: no
\tHard blocked: no
2: hci0: Bluetooth
\tSoft blocked: yes
\tHard blocked: no
"""
TABLE = """\
ID TYPE      DEVICE                   SOFT      HARD
 0 bluetooth tpacpi_bluetooth_sw unblocked unblocked
 1 wlan      phy0                unblocked unblocked
 2 bluetooth hci0                  blocked unblocked
"""
ROWS = [
    {"id": 0, "type": "bluetooth", "device": "tpacpi_bluetooth_sw", "soft": "unblocked"},
    {"id": 1, "type": "wlan", "device": "phy0"},
    {"id": 2, "type": "bluetooth", "device": "hci0"},
]
ROOT = "/sys/class/rfkill"
TREE = {
    f"{ROOT}/rfkill0/name": "tpacpi_bluetooth_sw\n",
    f"{ROOT}/rfkill0/type": "bluetooth\n",
    f"{ROOT}/rfkill1/type": "wlan\n",
    f"{ROOT}/rfkill2/name": "hci0\n",
    f"{ROOT}/rfkill2/type": "bluetooth\n",
}
FORMS = [LIST, TABLE, json.dumps({"rfkilldevices": ROWS}), json.dumps({"": ROWS}), json.dumps(TREE)]


def names(text):
    return [controller.name for controller in value_of(read_rfkill(text.encode(), "rfkill"))]


@pytest.mark.parametrize("text", FORMS)
def test_every_form_names_the_controller_and_not_the_platforms_switch(text):
    assert names(text) == ["hci0"]


@pytest.mark.parametrize("text", FORMS)
def test_the_platforms_switch_stands_in_where_no_controller_has_one(text):
    assert names(text.replace("hci0", "dell-bluetooth")) == ["dell-bluetooth", "tpacpi_bluetooth_sw"]


@pytest.mark.parametrize("text", ["{}", "1: phy0: Wireless LAN\n", '{"rfkilldevices": []}'])
def test_no_switch_is_no_proof_of_absence(text):
    fact = read_rfkill(text.encode(), "rfkill")
    assert isinstance(fact, Unknown)
    assert fact.problem == "absent"


@pytest.mark.parametrize("text", ["", "hello", '{"rfkilldevices": 1}', '{"other": []}', "[]"])
def test_other_evidence_is_refused(text):
    with pytest.raises(EvidenceError):
        read_rfkill(text.encode(), "rfkill")


@given(mutated(*(text.encode() for text in FORMS)))
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    with contextlib.suppress(EvidenceError):
        read_rfkill(data, "rfkill")
