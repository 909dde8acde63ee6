import pytest

from hardware.evidence.machine.memory_makers import module_maker


@pytest.mark.parametrize(
    ("text", "maker"),
    [
        ("80AD000080AD", "SK hynix"),
        ("0x802C", "Micron"),
        ("859B", "Crucial"),
        ("80CE000080CE", "Samsung"),
        ("80ce", "Samsung"),
        ("0198000000000000", "Kingston"),
        ("Samsung", "Samsung"),
        ("80AD0000802C", "80AD0000802C"),
        ("1234", "1234"),
        ("ABCDEFGH", "ABCDEFGH"),
        ("80AD" * 100, "80AD" * 100),
        (None, None),
    ],
)
def test_a_code_becomes_its_makers_name_and_anything_else_stays(text, maker):
    assert module_maker(text) == maker
