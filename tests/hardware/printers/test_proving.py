import pytest
from PIL import Image, ImageOps

from hardware.printers.page import DrawnCode, Page
from hardware.printers.printer import PrinterRefused
from hardware.printers.proving import LabelUnreadable, prove
from tests.hardware.printers.support import FIELDS, a_page

GOOD = a_page()


def with_codes(*codes: DrawnCode) -> Page:
    return Page(GOOD.picture, GOOD.dots_per_inch, codes)


def test_a_page_that_reads_as_it_should_is_proven():
    prove(GOOD)


def test_an_unreadable_page_is_never_tried_again():
    assert issubclass(LabelUnreadable, PrinterRefused)


@pytest.mark.parametrize("text", ["5CG1234XY", "5CG1234XYZ ", "5cg1234xyz", "F6PKP", "\x1b[31m", ""])
def test_a_text_that_is_not_exactly_the_one_on_the_page_is_refused(text):
    changed = tuple(DrawnCode(text, one.symbology) if one.text == FIELDS.serial else one for one in GOOD.codes)
    with pytest.raises(LabelUnreadable, match=r"^The page was not printed: .*\.$") as refused:
        prove(with_codes(*changed))
    assert str(refused.value).isprintable()


def test_the_same_text_in_another_symbology_is_refused():
    with pytest.raises(LabelUnreadable):
        prove(with_codes(*(DrawnCode(one.text, "QRCode") for one in GOOD.codes)))


def test_a_code_that_nobody_drew_is_refused():
    with pytest.raises(LabelUnreadable, match="also reads as"):
        prove(with_codes(GOOD.codes[0]))


def test_a_page_with_no_code_is_refused():
    with pytest.raises(LabelUnreadable, match="no code"):
        prove(with_codes())
    with pytest.raises(LabelUnreadable):
        prove(Page(Image.new("1", (812, 406), 1), 203, GOOD.codes))


def test_a_negative_is_refused():
    negative = ImageOps.invert(GOOD.picture.convert("L")).convert("1")
    with pytest.raises(LabelUnreadable):
        prove(Page(negative, 203, GOOD.codes))


def test_a_code_that_is_drawn_twice_must_be_read_twice():
    with pytest.raises(LabelUnreadable):
        prove(with_codes(*GOOD.codes, GOOD.codes[0]))


def test_a_page_with_a_blot_on_a_code_is_refused():
    picture = GOOD.picture.copy()
    picture.paste(0, (300, 270, 420, 380))
    with pytest.raises(LabelUnreadable):
        prove(Page(picture, 203, GOOD.codes))
