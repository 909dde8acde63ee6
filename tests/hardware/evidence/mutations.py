"""Bytes that a parser must survive: anything at all, and good inputs cut, doubled and overwritten."""

from __future__ import annotations

from hypothesis import strategies as st

__all__ = ["mutated"]


_MARKS = (b"\n", b": ", b"=", b"<", b'"', b"[", b"99999999999999999999")


def mutated(*seeds: bytes) -> st.SearchStrategy[bytes]:
    """Arbitrary bytes, or one of `seeds` with some of its bytes replaced, dropped or said twice."""

    def change(seed: bytes, start: float, length: int, junk: bytes, times: int) -> bytes:
        at = int(start * len(seed))
        return seed[:at] + junk * times + seed[at + length :]

    changed = st.builds(
        change,
        st.sampled_from(seeds),
        st.floats(0, 1),
        st.integers(-40, 80),
        st.one_of(
            st.binary(max_size=12), st.sampled_from([b"\n", b": ", b"=", b"<", b'"', b"[", b"99999999999999999999"])
        ),
        st.integers(0, 3),
    )
    return st.one_of(st.binary(max_size=300), changed)
