"""What the log's actions are called; pure."""

from typing import Final

ACTIONS: Final = {
    "sign_in": "Đăng nhập", "sign_in.half": "Đúng mật khẩu, chờ bước thứ hai", "sign_in.failed": "Đăng nhập sai",
    "sign_in.provider": "Đăng nhập bằng tài khoản cơ quan",
    "sign_out": "Đăng xuất", "password.change": "Đổi mật khẩu", "second_step.set": "Bật bước thứ hai",
    "second_step.recovery": "Lập mã dự phòng mới", "second_step.recovery_used": "Dùng mã dự phòng",
    "second_step.reset": "Đặt lại bước thứ hai", "session.end": "Kết thúc phiên của mình",
    "session.end_all": "Kết thúc mọi phiên của người khác", "account.make": "Lập tài khoản",
    "account.reset": "Cấp mật khẩu một lần", "account.invite": "Mời người mới",
    "account.invite_again": "Mời lại", "account.accept": "Nhận lời mời", "account.change": "Đổi vai trò, đơn vị",
    "account.disable": "Khóa tài khoản", "account.enable": "Mở khóa tài khoản",
    "account.export": "Tải danh sách tài khoản", "audit.export": "Tải nhật ký", "report.month": "Tải báo cáo tháng",
    "report.make": "Tải báo cáo kỳ", "report.draft": "Tải dự thảo báo cáo", "report.issue": "Ban hành báo cáo",
    "report.fetch": "Tải báo cáo đã ban hành", "issuer.set": "Đặt mẫu văn bản của đơn vị",
    "schedule.make": "Đặt lịch báo cáo", "schedule.end": "Bỏ lịch báo cáo",
    "schedule.again": "Lập lại báo cáo theo lịch",
    "export.file": "Tải tệp dữ liệu", "token.make": "Lập khóa đọc dữ liệu", "token.revoke": "Thu hồi khóa đọc dữ liệu",
    "invitation.make": "Làm mã mời dùng một lần", "invitation.print": "In, tải mã mời",
    "invitation.end": "Thu hồi đợt mã mời", "invitation.resume": "Dùng lại đợt mã mời",
    "import.carry": "Nhập tệp của biểu mẫu khác", "import.undo": "Hoàn tác lần nhập tệp",
    "pile.make": "Lập tập phiếu giấy", "pile.enter": "Nhập phiếu giấy", "pile.take_back": "Bỏ phiếu giấy vừa nhập",
    "pile.settle": "Quyết phiếu nhập khác nhau", "scan.add": "Lưu bản quét",
    "tally.enter": "Nhập kiểm tổng phiếu giấy", "tally.undo": "Hoàn tác kiểm tổng", "tally.redo": "Làm lại kiểm tổng",
    "import.redo": "Làm lại lần nhập tệp",
    "publish.begin": "Công bố kết quả đơn vị", "publish.end": "Thôi công bố kết quả đơn vị",
    "case.document": "Tải dự thảo văn bản vụ việc",
    "ranking.plan": "Đặt tiêu chí xếp hạng năm", "ranking.enter": "Nhập điểm xếp hạng năm",
    "ranking.import": "Nhập điểm xếp hạng năm từ Excel", "ranking.sign": "Chốt xếp hạng năm",
    "ranking.export": "Tải bảng xếp hạng năm",
    "restore": "Khôi phục từ bản sao lưu",
    "results.export": "Tải bảng kết quả", "transactions.enter": "Nhập số lượt giao dịch",
    "transactions.import": "Nhập số lượt giao dịch từ Excel", "tt01.enter": "Nhập điểm chỉ số TT 01/2018",
    "ballots.carried": "Nhập phiếu mang tay", "questionnaire.publish": "Ban hành phiếu hỏi",
    "questionnaire.choose": "Chọn phiếu hỏi", "enrol_code.make": "Lập mã ghi danh", "device.enrol": "Ghi danh ki-ốt",
    "device.revoke": "Thu hồi ki-ốt", "technician_pin.set": "Đặt mã PIN kỹ thuật",
    "office.add": "Thêm đơn vị, quầy", "office.rename": "Đổi tên đơn vị", "office.move": "Chuyển đơn vị cấp trên",
    "office.close": "Kết thúc đơn vị", "office.merge": "Sáp nhập đơn vị", "office.split": "Tách đơn vị",
    "office.import": "Nhập danh mục đơn vị", "office.undo": "Hoàn tác thay đổi đơn vị",
    "office.hours": "Đặt giờ mở cửa", "officer.add": "Thêm cán bộ", "officer.change": "Sửa cán bộ",
    "officer.import": "Nhập cán bộ từ Excel",
    "duty.set": "Xếp lịch trực", "duty.import": "Nhập lịch trực", "duty.copy": "Chép lịch trực tuần trước",
    "duty.export": "Tải lịch trực", "holiday.set": "Đặt ngày nghỉ", "holiday.remove": "Bỏ ngày nghỉ đã đặt",
    "technician_pin.remove": "Bỏ mã PIN kỹ thuật", "epoch.begin": "Khôi phục dữ liệu",
    "seed_demo": "Lập dữ liệu mẫu",
    "case.read": "Đọc lời góp ý của vụ việc", "case.handle": "Xử lý vụ việc", "case.attach": "Đính kèm tệp vào vụ việc",
    "case.file": "Tải tệp của vụ việc", "case.thanks": "Đóng lời cảm ơn", "case.register": "Tải sổ theo dõi phản ánh",
    "case.rules": "Đổi quy tắc xử lý phản ánh", "contact.read": "Xem số điện thoại",
    "contact.call": "Ghi kết quả gọi lại",
    "retain": "Xóa dữ liệu cá nhân hết hạn",
    "alert.acknowledge": "Nhận cảnh báo", "alert.return": "Bỏ nhận cảnh báo", "alert.snooze": "Tạm hoãn cảnh báo",
    "alert.note": "Ghi chú vào cảnh báo", "alert.settings": "Đổi điều muốn được cảnh báo",
    "alert.trial": "Gửi thử thư cảnh báo", "alert.export": "Tải danh sách cảnh báo",
    "webhook.make": "Lập kênh webhook", "webhook.rotate": "Đổi khóa kênh webhook", "webhook.end": "Ngừng kênh webhook",
    "webhook.trial": "Gửi thử kênh webhook", "webhook.again": "Gửi lại tin webhook",
}  # fmt: skip
"""Actions in words; one that is not here is shown by its code."""


def in_words(action: str) -> str:
    """Return an action in Vietnamese, or its code where it has no words."""
    return ACTIONS.get(action, action)
