"""The catalogue of English words, and how a Vietnamese page becomes an English one."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from server.pages.english import CATALOGUE, NAME, PLACE, VIETNAMESE, catalogue, number, translated, words_of

KEPT = ("Hài Lòng", "Tiếng Việt")
PAGES = Path(CATALOGUE).parent.parent


def test_every_place_of_a_translation_is_in_its_original() -> None:
    wrong = {key for key, words in catalogue().items() if set(PLACE.findall(words)) - set(PLACE.findall(key))}
    assert wrong == set()


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Lưu", "Save"),
        ("  Đăng\n  nhập ", "Sign in"),
        ("8.605 phiếu của Xã Sơn Đông", None),
        ("Tuần 02/11 đến 08/11/2026", "Week 02/11 to 08/11/2026"),
        ("trên 8.605 câu trả lời", "of 8,605 answers"),
        ("Hài lòng, tháng 10/2026", "Satisfied, month 10/2026"),
        ("thuộc Xã Tân Trào", "below Xã Tân Trào"),
        ("2 lần chuyển ki-ốt", "2 moves of kiosks"),
        (
            "Không hoàn tác được: Quầy số 1 đã có 1.200 phiếu, 1 mã ghi danh, 2 lần chuyển ki-ốt.",
            "It cannot be undone: Quầy số 1 already has 1,200 ballots, 1 enrolment codes, 2 moves of kiosks.",
        ),
        ("Mã quầy. / The counter's id.", "The counter's id."),
        ("lời không ai biết", None),
        ("Câu đầu không ai biết. Câu sau cũng thế, ở trang tra cứu phiếu", None),
    ],
)
def test_words_are_known_with_their_numbers_and_names(text: str, english: str | None) -> None:
    found = words_of(text.strip())
    assert found == english


def test_what_a_citizen_wrote_is_left_as_it_is() -> None:
    page = '<html lang="vi"><p>Lưu</p><blockquote translate="no"><b>Lưu</b> 1.234</blockquote><p>Lưu</p></html>'
    made, unknown = translated(page)
    assert made == (
        '<html lang="en"><p>Save</p><blockquote translate="no"><b>Lưu</b> 1.234</blockquote><p>Save</p></html>'
    )
    assert unknown == []


def test_a_field_keeps_what_was_typed_and_gets_an_english_label() -> None:
    made, _ = translated('<input value="Lưu" placeholder="Lưu"><textarea>Lưu &amp; in</textarea>')
    assert made == '<input value="Lưu" placeholder="Save"><textarea>Lưu &amp; in</textarea>'


def test_nothing_but_words_changes() -> None:
    """The tags of a page are the same in both languages, and markup in words stays words."""
    page = (PAGES / "cases" / "pages" / "cases.html").read_text()
    page = re.sub(r"\{[{%#].*?[}%#]\}", "", page, flags=re.DOTALL)
    made, _ = translated(page + "<p>&lt;b&gt; Lưu</p>")
    assert _tags(made) == [*_tags(page), "p"]
    assert "&lt;b&gt;" in made


def _tags(page: str) -> list[str]:
    found: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append(tag)  # type: ignore[method-assign]
    parser.feed(page)
    return found


def test_numbers_are_written_as_english_writes_them() -> None:
    assert [number(one) for one in ("1.234.567", "95,3", "12/2026", "07:30", "2026")] == [
        "1,234,567", "95.3", "12/2026", "07:30", "2026",
    ]  # fmt: skip


def test_the_choice_is_remembered_and_leads_back_to_our_own_pages_only(signed_in) -> None:
    answer = signed_in.get("/ngon-ngu?lang=en&ve=%2Fvu-viec%3Fnhom%3Dcam-on", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/vu-viec?nhom=cam-on")
    page = signed_in.get("/vu-viec").text
    assert '<html lang="en">' in page
    assert "Tiếng Việt" in page
    assert "/ngon-ngu?lang=vi&amp;ve=%2Fvu-viec" in page
    for elsewhere in ("https://example.org/", "//example.org", "/%5Cexample.org"):
        found = signed_in.get("/ngon-ngu?lang=vi&ve=" + elsewhere, follow_redirects=False)
        assert found.headers["location"] == "/"
    assert '<html lang="vi">' in signed_in.get("/vu-viec").text


def test_an_error_is_told_in_the_language_chosen(signed_in) -> None:
    signed_in.get("/ngon-ngu?lang=en&ve=/")
    assert "There is no such page" in signed_in.get("/khong-co").text
    refused = signed_in.post("/ngay-nghi", data={"csrf": "x"}).text
    assert not VIETNAMESE.search(re.sub(r"<[^>]*>|Hài Lòng|Tiếng Việt", "", refused))
    assert NAME.match("<html") is not None


def test_public_pages_keep_no_cookie(client) -> None:
    answer = client.get("/cong-khai?lang=en")
    assert "Published results" in answer.text
    assert "set-cookie" not in answer.headers
    assert '<html lang="vi">' in client.get("/cong-khai").text


def test_every_word_of_every_template_is_known() -> None:
    """What stands in a template, also in branches that no other test renders."""
    missing = []
    for path in sorted(PAGES.glob("*/pages/*.html")):
        if path.parts[-3] == "phone" or path.name == "lookup.html":  # these speak both languages by themselves
            continue
        page = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        page = re.sub(r"\{\{.*?\}\}", "7", page, flags=re.DOTALL)
        for part in re.split(r"\{%.*?%\}", page, flags=re.DOTALL):
            whole = re.sub(r"^[^<>]*>|<[^>]*$", "", part)
            missing += [(path.name, words) for words in translated(whole)[1]]
    assert [one for one in missing if one[1] not in KEPT and '"' not in one[1]] == []
