"""What stands before the framework: one write an answer; the writer's groups; libsodium's keys."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.database import Writer, open_engine
from server.front import OneWrite
from survey.signature import SwiftPrivateKey, SwiftPublicKey


def run(made):
    """Run a coroutine on a thread of its own: a browser's tests may keep a loop running on this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, made).result()


class Wire:
    """A transport that keeps what it is told."""

    def __init__(self):
        self.did = []

    def write(self, data):
        self.did.append(data)

    def close(self):
        self.did.append("closed")

    def is_closing(self):
        return False


def test_head_and_body_leave_in_one_write():
    wire = Wire()

    async def answer():
        one = OneWrite(wire, asyncio.get_running_loop())
        one.write(b"head ")
        one.write(b"body")
        assert wire.did == []
        await asyncio.sleep(0)
        one.write(b"next")
        assert not one.is_closing()
        await asyncio.sleep(0)

    run(answer())
    assert wire.did == [b"head body", b"next"]


def test_what_was_written_leaves_before_the_line_is_closed():
    wire = Wire()

    async def answer():
        one = OneWrite(wire, asyncio.get_running_loop())
        one.write(b"last")
        one.close()
        await asyncio.sleep(0)

    run(answer())
    assert wire.did == [b"last", "closed"]


def test_a_group_is_one_commit_and_each_is_told_its_own(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/centre.db")
    writer = Writer(engine)
    works = []

    def job(number):
        def do(work):
            works.append(work)
            if number == 3:
                raise ValueError("mine alone")
            return number

        return do

    async def ask(numbers):
        return await asyncio.gather(*(writer.done(job(n)) for n in numbers), return_exceptions=True)

    assert run(ask([1, 2])) == [1, 2]
    assert works[0] is works[1]
    one, three, two = run(ask([1, 3, 2]))
    assert (one, two, str(three)) == (1, 2, "mine alone")
    writer.close()
    engine.dispose()


def test_a_job_whose_asker_is_gone_is_done_all_the_same(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/centre.db")
    writer = Writer(engine)
    done = []

    async def leave():
        asked = asyncio.ensure_future(writer.done(lambda _: done.append(1)))
        await asyncio.sleep(0)
        asked.cancel()
        assert await writer.done(lambda _: "next") == "next"

    run(leave())
    writer.close()
    engine.dispose()
    assert done == [1]


def test_libsodium_and_openssl_sign_alike():
    key = Ed25519PrivateKey.generate()
    swift = SwiftPrivateKey(key.private_bytes_raw())
    assert swift.sign(b"words") == key.sign(b"words")
    assert swift.public_bytes == key.public_key().public_bytes_raw()
    SwiftPublicKey(swift.public_bytes).verify(key.sign(b"words"), b"words")


@pytest.mark.parametrize("signature", [bytes(64), b"", bytes(63), bytes(65)])
def test_a_wrong_signature_is_refused(signature):
    with pytest.raises(InvalidSignature):
        SwiftPublicKey(SwiftPrivateKey(bytes(32)).public_bytes).verify(signature, b"words")


def test_a_signature_of_other_words_is_refused():
    key = SwiftPrivateKey(bytes(32))
    with pytest.raises(InvalidSignature):
        SwiftPublicKey(key.public_bytes).verify(key.sign(b"words"), b"wordy")


def test_a_public_key_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes; this one has 31"):
        SwiftPublicKey(bytes(31))


def test_a_job_that_cannot_be_made_takes_no_other_with_it(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/centre.db")
    writer = Writer(engine)

    def broken():
        raise ValueError("not to be made")

    async def ask():
        return await asyncio.gather(writer.made(broken), writer.done(lambda _: 2), return_exceptions=True)

    bad, good = asyncio.run(ask())
    assert (str(bad), good) == ("not to be made", 2)
    writer.close()
    engine.dispose()
