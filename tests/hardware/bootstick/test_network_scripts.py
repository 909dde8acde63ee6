"""The stick's network: every wired interface gets an address, from DHCP or by itself, and nothing piles up."""

from __future__ import annotations

import re

import pytest

from tests.hardware.bootstick.little_root import LittleRoot, little_root

__all__ = ["little_root"]

pytestmark = [pytest.mark.system]

CABLE = """
# Both ends of the cable are here: each keeps still about the addresses of the other.
echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore
plug() {
    host ip link add name eth7 address ${1:-02:00:5e:10:20:30} type veth peer name other || exit 1
    ip link set other up
}
"""
LINK_LOCAL = r"169\.254\.\d+\.\d+"


def test_an_adapter_that_is_plugged_again_and_again_has_one_dhcp_client(little_root: LittleRoot) -> None:
    script = """
        uevent /intake/uevent &
        usleep 200000
        for each in 1 2 3 4 5; do
            plug
            wait_for '[ $(asking) = 1 ]'
            number=$(cat /sys/class/net/eth7/ifindex)
            wait_for '[ -s /run/intake/net/$number/asks ]'
            host ip link del eth7
            wait_for '[ ! -e /run/intake/net/$number ]'
            wait_for '[ $(asking) = 0 ]'
        done
        plug
        wait_for '[ $(asking) = 1 ]'
        # Both told by the kernel and found by init.
        /intake/net eth7
        /intake/net eth7
        echo clients $(asking) places $(ls /run/intake/net | wc -l)
    """
    # The other end of the cable is an interface of the laptop's too, here: it must not be asked on.
    quiet = "sed -i '2i case ${INTERFACE-} in other) exit 0 ;; esac' /intake/uevent\n"
    assert little_root.run(CABLE + quiet + script).split() == ["clients", "1", "places", "1"]


def test_an_adapter_that_took_an_old_ones_name_is_asked_on_though_the_kernel_was_not_heard(
    little_root: LittleRoot,
) -> None:
    script = """
        plug; /intake/net eth7; wait_for '[ $(asking) = 1 ]'
        host ip link del eth7
        plug; /intake/net eth7
        cat /sys/class/net/eth7/ifindex
        wait_for '[ -s /run/intake/net/$(cat /sys/class/net/eth7/ifindex)/asks ]'
        ls /run/intake/net
    """
    now, *places = little_root.run(CABLE + script).split()
    assert now in places


def test_nothing_is_asked_on_a_radio_or_a_modem(little_root: LittleRoot) -> None:
    script = """
        host ip link add name wwan0 type bridge
        grep -q ^DEVTYPE= /sys/class/net/wwan0/uevent || echo no kind
        /intake/net lo; /intake/net wwan0; /intake/net nothing
        ls /run/intake/net
    """
    assert little_root.run(CABLE + "plug\n" + script) == ""


def test_without_dhcp_an_interface_takes_an_address_by_itself_the_same_each_time(little_root: LittleRoot) -> None:
    script = """
        one() {
            plug "$1"; ip link set eth7 up
            mkdir -p /run/intake/net/$(cat /sys/class/net/eth7/ifindex)
            interface=eth7 /intake/dhcp leasefail
            interface=eth7 /intake/dhcp leasefail
            addresses eth7
            host ip link del eth7
        }
        one; one; one 02:00:5e:10:20:31
    """
    first, again, other = little_root.run(CABLE + script).split()
    for address in (first, again, other):
        assert re.fullmatch(LINK_LOCAL, address)
        # RFC 3927 section 2.1
        assert 1 <= int(address.split(".")[2]) <= 254
    assert first == again != other


def test_an_address_that_somebody_has_is_not_taken_and_one_that_somebody_takes_is_given_up(
    little_root: LittleRoot,
) -> None:
    script = """
        fail() { interface=eth7 /intake/dhcp leasefail; }
        plug; ip link set eth7 up
        mkdir -p /run/intake/net/$(cat /sys/class/net/eth7/ifindex)
        fail; first=$(addresses eth7); echo $first
        ip addr add $first/16 dev other
        fail; echo none $(addresses eth7)
        fail; second=$(addresses eth7); echo $second
        fail; addresses eth7
        ip link set other down
        fail; echo none $(addresses eth7)
    """
    first, none, second, still, unplugged = little_root.run(CABLE + script).splitlines()
    assert re.fullmatch(LINK_LOCAL, second)
    assert first != second == still
    assert none == unplugged == "none"


@pytest.mark.slow
def test_the_address_of_ones_own_is_given_up_when_dhcp_answers_later(little_root: LittleRoot) -> None:
    script = """
        printf '%s\\n' 'interface other' 'start 10.9.8.7' 'end 10.9.8.7' 'option router 10.9.8.1' \
            'lease_file /run/leases' 'pidfile /run/udhcpd' 'option subnet 255.255.255.0' >/run/udhcpd.conf
        touch /run/leases
        plug
        ip addr add 10.9.8.1/24 dev other
        /intake/net eth7
        wait_for '[ -n "$(addresses eth7)" ]'
        addresses eth7
        udhcpd -f /run/udhcpd.conf 2>/dev/null &
        wait_for '[ -s /run/intake/dhcp ]'
        addresses eth7
        cat /run/intake/dhcp
    """
    own, *given = little_root.run(CABLE + script).splitlines()
    assert re.fullmatch(LINK_LOCAL, own)
    assert given == ["10.9.8.7", "interface=eth7", "address=10.9.8.7", "server=10.9.8.1", "router=10.9.8.1"]
