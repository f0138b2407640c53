"""Every prompt the kiosk can speak, by id: the questionnaire's words and the kiosk's own; pure, plays nothing."""

from collections.abc import Iterator
from typing import Final

from survey.questionnaire import Questionnaire, in_lang
from survey.scales import NA

SPOKEN: Final = ("vi", "en")
"""Languages whose prompts are rendered; others are recorded by people, and fall back on Vietnamese."""
RECORDED: Final = ("tyz", "nut", "hmn", "ium", "mji", "mlc")

CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What a mã phiếu is made of."""

_VI_LETTERS: Final = dict(
    zip(
        "ABCDEFGHJKMNPQRSTVWXYZ",
        ("a", "bê", "xê", "dê", "e", "ép phờ", "giê", "hát", "gi", "ca", "em mờ", "en nờ", "pê", "quy", "e rờ",
         "ét xì", "tê", "vê", "vê kép", "ích xì", "y dài", "dét"),
        strict=True,
    )
)  # fmt: skip
_VI_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_EN_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

_OWN: Final[dict[str, dict[str, str]]] = {
    "language": {"vi": "Tiếng Việt.", "en": "English."},
    "welcome.5": {
        "vi": "Xin chào Ông, Bà. Đây là phiếu khảo sát bằng giọng nói, ẩn danh. Trước mặt Ông, Bà có năm nút tròn, "
        "từ trái sang phải là nút một đến nút năm.",
        "en": "Welcome. This is the spoken survey; it is anonymous. There are five round buttons in front of you, "
        "from left to right: button one to button five.",
    },
    "welcome.3": {
        "vi": "Xin chào Ông, Bà. Đây là phiếu khảo sát bằng giọng nói, ẩn danh. Trước mặt Ông, Bà có ba nút tròn, "
        "từ trái sang phải là nút một đến nút ba.",
        "en": "Welcome. This is the spoken survey; it is anonymous. There are three round buttons in front of you, "
        "from left to right: button one to button three.",
    },
    "how": {
        "vi": "Bấm một nút để chọn, bấm lại đúng nút đó để xác nhận. Giữ nút đầu hai giây để nghe lại. "
        "Giữ nút giữa hai giây nếu câu hỏi không áp dụng. Giữ nút cuối hai giây để quay lại câu trước.",
        "en": "Press a button to choose, and the same button again to confirm. Hold the first button for two seconds "
        "to hear this again, the middle one if a question does not apply, the last one to go back.",
    },
    "chosen": {"vi": "Ông, Bà chọn:", "en": "You chose:"},
    "again": {"vi": "Bấm lại nút này để xác nhận.", "en": "Press this button again to confirm."},
    "pressed": {
        "vi": "Đã nhận một nút. Bấm lại đúng nút đó để xác nhận.",
        "en": "A button was pressed. Press the same button again to confirm.",
    },
    "noted": {"vi": "Đã ghi.", "en": "Noted."},
    "na.hint": {
        "vi": "Nếu không áp dụng, giữ nút giữa hai giây.",
        "en": "If it does not apply, hold the middle button for two seconds.",
    },
    "na.refused": {
        "vi": "Câu này cần một mức. Xin bấm một nút.",
        "en": "This question needs an answer. Please press a button.",
    },
    "first": {"vi": "Đây là câu đầu tiên.", "en": "This is the first question."},
    "walk.5": {
        "vi": "Nút một: nghe mục trước. Nút hai: nghe mục sau. Nút ba: chọn hoặc bỏ chọn. Nút bốn: nghe lại. "
        "Nút năm: xong, sang phần sau.",
        "en": "Button one: the entry before. Button two: the next entry. Button three: choose it or not. "
        "Button four: hear it again. Button five: done, go on.",
    },
    "walk.3": {
        "vi": "Nút một: nghe mục sau. Nút hai: chọn hoặc bỏ chọn. Nút ba: xong, sang phần sau.",
        "en": "Button one: the next entry. Button two: choose it or not. Button three: done, go on.",
    },
    "picked": {"vi": "Đã chọn.", "en": "Chosen."},
    "unpicked": {"vi": "Đã bỏ chọn.", "en": "No longer chosen."},
    "full": {
        "vi": "Đã đủ số lý do. Bấm nút cuối để sang phần sau.",
        "en": "No more can be chosen. Press the last button to go on.",
    },
    "elsewhere": {
        "vi": "Nếu muốn nêu lý do, viết ý kiến hoặc để lại số điện thoại, xin quét mã QR bằng điện thoại "
        "hoặc nói với cán bộ.",
        "en": "To give reasons, write a comment or leave a phone number, please scan the QR code with a phone "
        "or tell an officer.",
    },
    "comment": {
        "vi": "Ông, Bà có thể viết thêm ý kiến, hoặc bỏ qua.",
        "en": "You may write a comment, or skip this.",
    },
    "still_there": {
        "vi": "Ông, Bà còn đó không? Xin bấm một nút bất kỳ để tiếp tục.",
        "en": "Are you still there? Please press any button to go on.",
    },
    "code": {"vi": "Mã phiếu của Ông, Bà là:", "en": "Your ballot code is:"},
    "code.ask": {
        "vi": "Bấm nút một để nghe mã phiếu. Bấm nút cuối để kết thúc.",
        "en": "Press button one to hear your ballot code, the last button to finish.",
    },
    "code.again": {
        "vi": "Bấm nút một để nghe lại mã phiếu. Bấm nút cuối để kết thúc.",
        "en": "Press button one to hear the code again, the last button to finish.",
    },
    "failed": {
        "vi": "Máy chưa lưu được phiếu. Xin Ông, Bà báo cán bộ.",
        "en": "Your answers are not saved yet. Please tell an officer.",
    },
    "not_here": {
        "vi": "Các nút của máy này không dùng được cho phần khảo sát bằng giọng nói. Xin Ông, Bà nhờ cán bộ.",
        "en": "The buttons of this kiosk cannot be used for the spoken survey. Please ask an officer.",
    },
    "test": {"vi": "Đây là câu thử loa của máy khảo sát.", "en": "This is a test of the survey kiosk's sound."},
}


def prompts(questionnaire: Questionnaire, lang: str) -> dict[str, str]:
    """Return the text of every prompt in a rendered language, by prompt id."""
    own = {key: in_lang(words, lang) for key, words in _OWN.items()}
    return {**own, **dict(_signs(lang)), **dict(_asked(questionnaire, lang)), **dict(_lists(questionnaire, lang))}


def _signs(lang: str) -> Iterator[tuple[str, str]]:
    digits = _EN_DIGITS if lang == "en" else _VI_DIGITS
    for n in range(1, 6):
        yield f"button.{n}", f"Button {digits[n]}:" if lang == "en" else f"Nút {digits[n]}:"
    for letter in CODE_LETTERS:
        if letter.isdecimal():
            yield f"letter.{letter}", f"{digits[int(letter)]}."
        else:
            yield f"letter.{letter}", f"{letter if lang == 'en' else _VI_LETTERS[letter]}."


def _asked(questionnaire: Questionnaire, lang: str) -> Iterator[tuple[str, str]]:
    count = len(questionnaire.questions)
    for n in range(1, count + 1):
        yield f"progress.{n}.{count}", f"Question {n} of {count}." if lang == "en" else f"Câu {n} trên {count}."
    for question in questionnaire.questions:
        yield f"question.{question.id}", question.wording(lang).long
        for level in question.answer_scale().levels:
            yield f"level.{question.scale}.{level}", f"{questionnaire.level_text(question.scale, level, lang)}."
        if question.allow_na:
            yield "level.na", f"{questionnaire.level_text(question.scale, NA, lang)}."
    yield "thanks", questionnaire.text("thanks", lang)
    yield "not_a_complaint", questionnaire.text("not_a_complaint", lang)


def _lists(questionnaire: Questionnaire, lang: str) -> Iterator[tuple[str, str]]:
    for question in questionnaire.questions:
        if question.follow_up is not None:
            yield f"why.{question.id}", in_lang(question.follow_up.title, lang)
            for reason in question.follow_up.reasons:
                yield f"reason.{reason.id}", f"{reason.text(lang)}."
    for item in questionnaire.items:
        yield f"item.{item.id}", f"{in_lang(item.text, lang)}:"
        for option in item.options:
            yield f"option.{item.id}.{option.id}", f"{option.text(lang)}."
