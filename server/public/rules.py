"""What a citizen may ask and say with a mã phiếu; pure."""

from typing import Final

from survey.ballot import read_ballot_code

MESSAGE_AT_MOST: Final = 1000
MESSAGES_A_DAY: Final = 5
FLOOR_S: Final = 0.4
"""No answer comes sooner, so that its time tells nothing of the code."""


def code_of(text: str) -> str | None:
    """Return a mã phiếu as typed in its one spelling, or None if it cannot be one."""
    try:
        return read_ballot_code(text[:40])
    except ValueError:
        return None


WORDS: Final = {
    "vi": {
        "unknown": "Chưa thấy phiếu có mã này. Xin xem lại mã; phiếu gửi từ ki-ốt có thể vài phút, có khi đến ngày hôm "
        "sau mới về tới trung tâm.",
        "slow": "Có quá nhiều lượt tra cứu. Xin chờ vài phút rồi thử lại.",
        "empty": "Chưa có lời nhắn. Xin ghi điều muốn nhắn thêm.",
        "long": "Lời nhắn dài quá 1.000 ký tự. Xin viết ngắn lại.",
        "many": "Hôm nay đã nhắn nhiều lần. Xin nhắn tiếp vào ngày mai.",
        "sent": "Đã gửi lời nhắn tới người xử lý.", "rated": "Cảm ơn Ông/Bà đã đánh giá việc xử lý.",
        "rated_before": "Việc xử lý này đã được đánh giá; mỗi vụ việc đánh giá một lần.",
        "no_face": "Chưa chọn mức nào. Xin chọn một khuôn mặt.",
        "withdrawn": "Đã rút đồng ý gọi lại. Số điện thoại đã xóa; lời góp ý vẫn được xử lý.",
        "erased": "Đã xóa số điện thoại và mọi điều Ông/Bà đã viết. Điểm đã chấm vẫn được đếm, không gắn với ai.",
    },
    "en": {
        "unknown": "No ballot with this code is known yet. Please check the code; a ballot from a kiosk may take some "
        "minutes, sometimes until the next day, to reach the centre.",
        "slow": "Too many look-ups. Please wait a few minutes and try again.",
        "empty": "There is no message yet. Please write what you want to add.",
        "long": "The message is longer than 1,000 characters. Please shorten it.",
        "many": "You have written several times today. Please go on tomorrow.",
        "sent": "Your message went to the person in charge.", "rated": "Thank you for rating how this was handled.",
        "rated_before": "This was rated before; each case is rated once.",
        "no_face": "No face is chosen yet. Please choose one.",
        "withdrawn": "Consent withdrawn. Your number is erased; your comment is still being handled.",
        "erased": "Your number and all you wrote are erased. The grades stay counted and belong to nobody.",
    },
}  # fmt: skip
