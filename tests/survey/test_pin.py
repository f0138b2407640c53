"""The PIN is stored as a salted digest, compared in constant time, and never a number that everybody tries first."""

import pytest

from survey import pin


@pytest.mark.parametrize(
    "bad", ["", "12345", "1234567890123", "12345a",
     "000000", "123456", "987654", "121212", "123123", "890123", "１２３４５９"]
)  # fmt: skip
def test_a_pin_that_everybody_tries_first_is_refused(bad):
    assert pin.fault(bad)
    with pytest.raises(pin.PinError):
        pin.digest(bad)


def test_the_right_pin_and_no_other_opens():
    stored = pin.digest("402817")
    assert "402817" not in stored
    assert pin.is_right("402817", stored)
    assert not pin.is_right("402818", stored)
    assert stored != pin.digest("402817")


def test_a_digest_stays_what_it_was():
    assert pin.is_right("402817", "scrypt:14:AAAAAAAAAAAAAAAAAAAAAA==:" + STORED_AT_14)


STORED_AT_14 = "VsjoSEinUHWEzxfOyM1P+TeUAnBi+sqQ+S8Pqy9jRoo="


@pytest.mark.parametrize(
    "stored", ["", "402817", "scrypt:30:AAAAAAAAAAAAAAAAAAAAAA==:" + "A" * 43 + "=", "scrypt:15:AA==:AA=="]
)
def test_what_is_no_digest_opens_nothing_and_costs_nothing(stored):
    assert not pin.is_right("402817", stored)
