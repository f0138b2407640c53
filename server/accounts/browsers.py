"""The kind of a browser in words: enough to know one's own sessions by, too little to know a person by; pure."""

from typing import Final

PROGRAMS: Final = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("coc_coc", "Cốc Cốc"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def in_words(told: str) -> str:
    """Return what a browser calls itself as people do, without its version.

    >>> in_words("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150 Safari/537.36")
    'Chrome trên Windows'
    """
    program = next((words for sign, words in PROGRAMS if sign in told), "Trình duyệt khác")
    system = next((words for sign, words in SYSTEMS if sign in told), "")
    return f"{program} trên {system}" if system else program
