"""What differs between two versions of a questionnaire, and what the next one is called; pure."""

from collections.abc import Iterable

from server.questionnaires.edit import words_of
from survey.questionnaire import Questionnaire


def next_version(taken: Iterable[str]) -> str:
    """Return the version after the greatest of these.

    >>> next_version(["1.0.0", "1.9.2"])
    '1.10.0'
    """
    greatest = max((tuple(int(part) for part in one.split(".")) for one in taken), default=(1, -1, 0))
    return f"{greatest[0]}.{greatest[1] + 1}.0"


def changed(asked: Questionnaire, base: Questionnaire) -> list[tuple[str, str, str]]:
    """Return (what, before, after) of every text that differs; "" where there was or is none."""
    before = {name: (words, value) for name, words, _, value, _ in words_of(base)}
    after = {name: (words, value) for name, words, _, value, _ in words_of(asked)}
    found = []
    for name in [*after, *(one for one in before if one not in after)]:
        was, now = before.get(name, ("", "")), after.get(name, ("", ""))
        if was[1] != now[1]:
            found.append((now[0] or was[0], was[1], now[1]))
    if [one.id for one in asked.questions] != [one.id for one in base.questions]:
        found.append(("Thứ tự câu", _order(base), _order(asked)))
    found += _switched(asked, base)
    return found


def _order(asked: Questionnaire) -> str:
    return ", ".join(one.code for one in asked.questions)


def _switched(asked: Questionnaire, base: Questionnaire) -> list[tuple[str, str, str]]:
    words = {True: "hỏi", False: "không hỏi"}
    was = {item.id: item.default_on for item in base.items}
    found = [
        (item.text.get("vi", item.id), words[was[item.id]], words[item.default_on])
        for item in asked.items
        if item.id in was and was[item.id] != item.default_on
    ]
    may = {one.id: one.allow_na for one in base.questions}
    found += [
        (f"{one.code}: nút “Không áp dụng”", "có" if may[one.id] else "không", "có" if one.allow_na else "không")
        for one in asked.questions
        if one.id in may and may[one.id] != one.allow_na
    ]
    return found
