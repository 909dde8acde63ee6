"""Large items are the same as small ones, whichever process looks at them."""

import asyncio
import hashlib
import secrets
from contextlib import suppress

import pytest

from hardware.laptops.answers import ItemFrame, whole_item
from hardware.laptops.connection import ConnectionEnded
from hardware.laptops.framing import FrameError
from hardware.laptops.weighing import LARGE, Scales
from tests.hardware.laptops.test_links import children


def described(body, **changes):
    fields = {"source": "s", "exit": None, "ms": 1.0, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    return ItemFrame("kernel", **{**fields, "truncated": False, "error": None, **changes})


@pytest.fixture
async def scales():
    scales = Scales()
    yield scales
    await scales.close()
    assert not children()


@pytest.mark.parametrize("size", [0, 100, LARGE - 1, LARGE, 4 * 2**20])
async def test_every_size_is_taken_whole(scales, size):
    body = secrets.token_bytes(size)
    item = await scales.whole_item(described(body), body)
    assert item == whole_item(described(body), body)
    assert item.data == body


async def test_a_small_item_needs_no_process(scales):
    await scales.whole_item(described(b"x"), b"x")
    assert not children()


@pytest.mark.parametrize("size", [100, LARGE])
async def test_a_wrong_hash_and_a_secret_that_the_probe_did_not_mask_are_refused(scales, size):
    for body, changes in (
        (bytes(size), {"sha256": "0" * 64}),
        (b'"OwnerAuth": "secret"' + bytes(size), {}),
    ):
        with pytest.raises(FrameError, match="size or SHA-256 differs"):
            await scales.whole_item(described(body, **changes), body)


async def test_one_that_is_killed_is_started_anew(scales):
    body = secrets.token_bytes(LARGE)
    await scales.whole_item(described(body), body)
    scales._process.kill()
    with suppress(ConnectionEnded):
        await scales.whole_item(described(body), body)
    assert (await scales.whole_item(described(body), body)).data == body


async def test_one_whose_question_was_given_up_answers_the_next(scales):
    bodies = [secrets.token_bytes(4 * 2**20), secrets.token_bytes(LARGE)]
    await scales.whole_item(described(bodies[1]), bodies[1])
    given_up = asyncio.create_task(scales.whole_item(described(bodies[0]), bodies[0]))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    for _ in range(2):
        with suppress(ConnectionEnded):
            item = await scales.whole_item(described(bodies[1]), bodies[1])
    assert item.data == bodies[1]
