"""Large letters of blocks, for a console that has only small ones."""

from __future__ import annotations

HEIGHT = 5
_WIDTH = 3

# Each letter as five rows of three dots, each row an octal digit.
_LETTERS = {
    "A": "25755",
    "B": "65656",
    "C": "34443",
    "D": "65556",
    "E": "74647",
    "F": "74644",
    "G": "34553",
    "H": "55755",
    "I": "72227",
    "J": "11152",
    "K": "55655",
    "L": "44447",
    "M": "57755",
    "N": "65555",
    "O": "25552",
    "P": "65644",
    "Q": "25563",
    "R": "65655",
    "S": "34216",
    "T": "72222",
    "U": "55557",
    "V": "55552",
    "W": "55775",
    "X": "55255",
    "Y": "55222",
    "Z": "71247",
    "0": "75557",
    "1": "26227",
    "2": "71747",
    "3": "71317",
    "4": "55711",
    "5": "74717",
    "6": "74757",
    "7": "71122",
    "8": "75757",
    "9": "75717",
    " ": "00000",
    "-": "00700",
    ".": "00002",
    ",": "00024",
    ":": "02020",
    "!": "22202",
    "?": "71202",
    "'": "22000",
    "/": "11244",
    "+": "02720",
}


def large(text: str, columns: int, rows: int) -> list[str]:
    """`text` in letters of "#" as large as `columns` and `rows` allow; no rows where it cannot be so written.

    A dot is at least one column wide; where there is room it is twice as wide as high, which looks square.
    """
    text = text.upper()
    dots = len(text) * (_WIDTH + 1) - 1
    if not text or any(one not in _LETTERS for one in text) or rows < HEIGHT or dots > columns:
        return []
    height = max(1, min(rows // HEIGHT, columns // (2 * dots)))
    width = min(2 * height, columns // dots)
    lines = []
    for row in range(HEIGHT):
        bits = "0".join(f"{int(_LETTERS[one][row], 8):0{_WIDTH}b}" for one in text)
        line = "".join(("#" if bit == "1" else " ") * width for bit in bits)
        lines += [line] * height
    return lines
