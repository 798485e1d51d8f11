"""Simulated comments: sentences that were written for the demonstration, and that nobody said."""

from __future__ import annotations

import random
from collections.abc import Iterable

from survey.response import Mode, Response

#: the part of those who write something: at a form, and at a kiosk
AT_A_FORM, AT_A_KIOSK = 0.3, 0.08

#: kinds of comments and how often each comes
KINDS = {"feedback": 86, "help": 8, "corruption": 2, "complaint": 2, "denunciation": 2}

GOOD = (
    "Cán bộ hướng dẫn tận tình, dễ hiểu.",
    "Chị Hoa ở quầy số 2 rất nhiệt tình, cảm ơn chị.",
    "Thủ tục nhanh gọn, chưa đến nửa tiếng đã xong.",
    "Trả kết quả sớm hơn hẹn hai ngày.",
    "Phòng chờ sạch sẽ, có nước uống, ghế ngồi đầy đủ.",
    "Cán bộ biết tiếng Thái nên bà con dễ hỏi.",
    "can bo vui ve, huong dan cu the",
    "Nộp hồ sơ trực tuyến tiện, không phải đi lại.",
    "Anh Tùng địa chính đi đo đất đúng giờ, thái độ lịch sự.",
    "Lệ phí thu đúng, có biên lai rõ ràng.",
    "Nhân viên thân thiện, giải thích từng bước cho người già.",
    "Tôi hài lòng.",
    "Lần trước góp ý, lần này đã sửa, rất hoan nghênh.",
    "The officer was friendly and explained everything.",
)
BAD = (
    "Phải chờ quá lâu, mất cả buổi sáng.",
    "Hồ sơ đất đai trễ hẹn hai tuần mà không ai báo.",
    "Phải bổ sung giấy tờ ba lần, mỗi lần nói một kiểu.",
    "Thái độ cán bộ tiếp nhận thờ ơ, hỏi không buồn đáp.",
    "Phòng chờ chật chội, thiếu ghế ngồi, không có quạt.",
    "Cổng dịch vụ công bị lỗi liên tục, đăng nhập không được.",
    "Giấy khai sinh in sai tên bố, phải làm lại.",
    "Gọi đường dây nóng không ai nghe máy.",
    "cho lau, xep hang ca buoi",
    "Từ khi sáp nhập xã phải đi xa hơn ba mươi cây số.",
    "Người quen được gọi trước, không công bằng.",
    "Biểu mẫu khó hiểu, chữ quá nhỏ.",
    "Tám giờ rồi mà quầy không có người trực.",
    "Kiến nghị lần trước đến nay chưa được trả lời.",
)
OTHERS = {
    "help": (
        "Tôi bị mất giấy đăng ký kết hôn, xin hướng dẫn giúp, gọi lại cho tôi số 0900 000 001.",
        "Mẹ tôi nằm liệt giường, mong được hỗ trợ làm căn cước tại nhà.",
        "Cho tôi hỏi hồ sơ H52.12-260901-0001 đã xong chưa?",
        "Nhờ kiểm tra giúp chế độ bảo trợ của bố tôi, tôi chưa nhận được tiền.",
        "Xin hỏi sau sáp nhập xã có phải đổi sổ đỏ không?",
    ),
    "corruption": (
        "Muốn làm nhanh thì phải kẹp phong bì.",
        "Bị đòi thêm tiền khi đo đất, không có biên lai.",
    ),
    "complaint": (
        "Tôi khiếu nại quyết định thu hồi đất vì đo thiếu diện tích.",
        "Tôi không đồng ý với quyết định xử phạt, đề nghị xem xét lại quyết định.",
    ),
    "denunciation": (
        "Tôi tố cáo việc làm giả hồ sơ hộ nghèo ở bản.",
        "Đề nghị thanh tra việc cấp đất trái thẩm quyền.",
    ),
}

#: what is asked for in cases, and answered
ASKED = (
    "Tôi nộp hồ sơ đã quá hẹn mười ngày, đề nghị cho biết bao giờ xong.",
    "Giấy chứng nhận ghi sai năm sinh của vợ tôi, đề nghị sửa lại.",
    "Cán bộ tiếp nhận nói không rõ, tôi phải đi lại ba lần. Đề nghị niêm yết đủ giấy tờ cần nộp.",
    "Máy lấy số hỏng từ tuần trước, người đến sau được gọi trước.",
    "Phòng chờ không có chỗ ngồi cho người già, đề nghị kê thêm ghế.",
    "Tôi nộp trực tuyến mà không ai báo kết quả.",
)
ANSWERED = (
    "Đơn vị đã tiếp nhận ý kiến và đang kiểm tra với bộ phận chuyên môn.",
    "Cảm ơn ông/bà. Đơn vị đã nhắc nhở bộ phận tiếp nhận và niêm yết lại danh mục giấy tờ.",
    "Hồ sơ chậm do chờ xác minh; đơn vị xin lỗi và sẽ trả kết quả trong tuần này.",
)
DONE = (
    "Kết quả đã có tại Bộ phận Một cửa, mời ông/bà đến nhận.",
    "Đơn vị đã sửa máy lấy số và kê thêm mười ghế ở phòng chờ.",
    "Đã đính chính và in lại giấy chứng nhận.",
)
NOT_DONE = ("Tôi đến nơi nhưng kết quả vẫn chưa có.", "Máy lấy số hôm qua lại hỏng.")
NOTED = "Đã chuyển bộ phận chuyên môn, hẹn báo lại trong ba ngày."


def beside(responses: Iterable[Response], rng: random.Random) -> dict[str, str]:
    """What some of the people wrote: id of their response -> text."""
    found = {}
    for one in responses:
        share = AT_A_KIOSK if one.mode is Mode.KIOSK else AT_A_FORM
        if rng.random() < share:
            found[one.id] = said(one, rng)
    return found


def said(response: Response, rng: random.Random) -> str:
    """What somebody wrote, as satisfied as they were."""
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    if kind != "feedback":
        return rng.choice(OTHERS[kind])
    return rng.choice(GOOD if is_satisfied(response) else BAD)


def is_satisfied(response: Response) -> bool:
    """Whether the first answer is one of the upper two steps."""
    return next((answer.values[0] for answer in response.answers if answer.values), 0) >= 4
