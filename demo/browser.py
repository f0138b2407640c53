"""A person's browser: Debian's Chromium through Playwright, on a phone or at a desk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Page, sync_playwright

CHROMIUM: Final = os.environ.get("HAILONG_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: Final = (390, 844)
DESK: Final = (1440, 900)


@contextmanager
def browser(width: int, height: int, *, is_phone: bool = False, javascript: bool = True) -> Iterator[Page]:
    """Give one page of a fresh browser of this size, in CSS pixels; Vietnamese, Hà Nội's time."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            is_mobile=is_phone,
            has_touch=is_phone,
            device_scale_factor=2 if is_phone else 1,
            java_script_enabled=javascript,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        )
        try:
            yield context.new_page()
        finally:
            context.close()
            chromium.close()
