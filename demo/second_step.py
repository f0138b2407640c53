"""The authenticator app of a scripted person: reads the key off the real page and shows its six digits."""

import re
import time

import pyotp
from playwright.sync_api import Page


def key_of(page: str) -> str:
    """Return the key a page offers to the app, from its HTML. Raises LookupError if it offers none."""
    found = re.search(r'id="khoa">([^<]+)<', page)
    if found is None:
        raise LookupError("the page offers no key of a second step")
    return found[1].replace(" ", "")


def digits(key: str) -> str:
    """Return what the app shows now."""
    return pyotp.TOTP(key).at(int(time.time()))


def set_up(page: Page) -> str:
    """Set the second step up in a browser that stands on its page; returns the key the app keeps."""
    key = key_of(page.content())
    page.fill("input[name=code]", digits(key))
    page.get_by_role("button", name="Bật bước thứ hai").click()
    page.get_by_role("link", name="tiếp tục").click()
    return key
