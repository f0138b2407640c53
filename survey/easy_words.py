"""256 short Vietnamese words, told apart even by somebody who writes no marks: what two screens show to be compared."""

from typing import Final

_LINES: Final = """
anh bác bán bánh bao bắp bát bay bén bếp bìa biển bình bơi bóng bụi buổi bút cam cao cặp cát cau cày chai chân
chanh chào chè chìa chim chín chó chổi chú chùa chum chuối cóc cơm con công cột cua cúc cung cừu đầm đàn dao
đất dâu dày đêm đèn dép đĩa điện đóa đồi dòng dưa đường ếch gấm gạo gấu ghế giày giếng gió gừng gương hạc hai
hang hành hạt hến hoa hoài học hoè hồng hộp hương hưu kem kèn kéo khăn khay khế khỉ kho khóa khoai khói khung
kiếm kiến kim kính lạc lan làng lành lau lịch loa long lúa lưng lược lưới lươn mai màn mang mào mát mây mèo
mét mía miền mít môi múa mực muối mướp nai nam nắng nem nền nghe ngô ngọc ngói ngón ngỗng ngựa nhà nhạc nhãn
nhện nho nhung nồi nón nong núi nước nút oản ốc ong ớt phấn pháo phố phòng quà quạt quầy que quýt rắn rặng rau
rễ rèm rìu rổ rong rùa rừng ruộng rượu sả sách sấm sân sao sen sếu sim sò sóng sứ sữa sừng suối tai tằm táo
tàu tay tem tên thác thảm thang thìa thơ thóc thơm thông thư tía tiền tiếng tím tơ tóc tôm trà trái trăng
tranh trâu tre triều trời trong trưa trứng tủ túi tùng tương tuyết ủng uyên vai ván vàng vạt vé vịt vỏ voi
vòng vui vừng vườn xanh xe xoài xoan xôi xuân xương yên
"""
EASY_WORDS: Final = tuple(_LINES.split())
