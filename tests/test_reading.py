"""What is read out of a comment: personal data by its form, kind and topics by words that can be shown."""

from __future__ import annotations

import pytest

from survey import reply
from survey.comment import Kind, Lexicon, Term, masked, personal_data, pieces, tokens, weighed
from tests import labelled


def hidden(text: str) -> str:
    return masked(text, personal_data(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Gọi chị Lan 0912.345.678 nhé", "Gọi chị ⟦name⟧ ⟦phone⟧ nhé"),
        ("CCCD 014 190 001 234, phí 1.250.000.000 đồng", "CCCD ⟦id-number⟧, phí 1.250.000.000 đồng"),
        ("Lệ phí 123.456.789 đ", "Lệ phí 123.456.789 đ"),
        ("CMND 123.456.789", "CMND ⟦id-number⟧"),
        (
            "CMND 050123456, số chứng minh thư: 050.123.457",
            "CMND ⟦id-number⟧, số chứng minh thư: ⟦id-number⟧",
        ),
        ("xe 26B1-123.45 va 26a 12345", "xe ⟦plate⟧ va ⟦plate⟧"),
        ("ho so H52.12-240315-0012", "ho so ⟦dossier⟧"),
        ("a.b@example.vn hoặc a.b (at) example.vn", "⟦e-mail⟧ hoặc ⟦e-mail⟧"),
        ("lo.van (a) gmail.com, lo.van[a]gmail.com", "⟦e-mail⟧, ⟦e-mail⟧"),
        ("Ông Chủ tịch xã Mường Bú ở đường Lê Lợi", "Ông Chủ tịch xã Mường Bú ở đường Lê Lợi"),
        ("Nguyễn Thị Hoa và cô giáo Mai", "⟦name⟧ và cô giáo ⟦name⟧"),
        ("cam on chi lan da huong dan", "cam on chi ⟦name⟧ da huong dan"),
        ("không chín một hai ba bốn năm sáu bảy tám", "⟦phone⟧"),
        ("Ngày 12/05/2026, thủ tục 1.000028", "Ngày 12/05/2026, thủ tục 1.000028"),
        ("⟦name⟧ tự viết", "[name] tự viết"),
        (
            "ở số nhà 12/3 ngõ 4 đường Chu Văn An, tổ 5 phường Tô Hiệu",
            "ở ⟦address⟧, ⟦address⟧ phường Tô Hiệu",
        ),
        ("thửa đất số 12, tờ bản đồ số 3, tổ 4 người", "⟦address⟧, tổ 4 người"),
        ("sinh ngày 02/09/1968, nộp ngày 02/09/2026", "sinh ngày ⟦birth⟧, nộp ngày 02/09/2026"),
        ("sổ BK 123456, thẻ DN 4 14 1234567890", "sổ ⟦id-number⟧, thẻ ⟦id-number⟧"),
        ("(0212) 3852 468, +856 20 5555 6666, o977 123 456", "⟦phone⟧, ⟦phone⟧, ⟦phone⟧"),
        (
            "anh minh bên thuế, chị hà rất tốt, anh minh bạch",
            "anh ⟦name⟧ bên thuế, chị ⟦name⟧ rất tốt, anh minh bạch",
        ),
        (
            "em huong dan cho chi huong o quay 2, phai cho lau",
            "em huong dan cho chi ⟦name⟧ o quay 2, phai cho lau",
        ),
        ("Cô T. ở Hà Nội lên Mai Sơn", "Cô ⟦name⟧ ở Hà Nội lên Mai Sơn"),
    ],
)
def test_what_points_at_a_person_is_masked_and_nothing_else(text: str, shown: str) -> None:
    assert hidden(text) == shown


def test_a_masked_text_is_taken_apart_for_a_page() -> None:
    assert list(pieces("gọi ⟦phone⟧ nhé")) == [("gọi ", ""), ("", "phone"), (" nhé", "")]


@pytest.mark.parametrize(("part", "least"), [("tuned", 0.98), ("held-out", 0.94)])
def test_little_of_the_labelled_sample_is_left_to_point_at_anybody(part: str, least: float) -> None:
    found = labelled.whole(labelled.sample(part))
    assert found.recall >= least and found.precision >= least


@pytest.mark.parametrize(("part", "precision", "recall"), [("tuned", 0.93, 0.93), ("held-out", 0.86, 0.8)])
def test_topics_and_kinds_agree_with_the_labelled_sample(part: str, precision: float, recall: float) -> None:
    some = labelled.sample(part)
    told = {kind.value: labelled.of_kind(some, kind) for kind in Kind}
    told |= {"topics": labelled.of_topics(some), "desk": labelled.of_desk(some)}
    for name, found in told.items():
        assert found.precision >= precision and found.recall >= recall, name


def test_a_topic_says_which_words_it_comes_from() -> None:
    (topic,) = reply.read("Phòng chờ chật chội, không có ghế ngồi.").topics
    assert topic.label == "access_2" and set(topic.because) == {
        "phòng chờ",
        "chật chội",
        "chật",
        "ghế ngồi",
        "ghế",
    }


@pytest.mark.parametrize(
    "text", ["Không có tiêu cực, không phải đưa tiền.", "khong phai dua tien, khong co tieu cuc"]
)
def test_what_did_not_happen_is_not_reported(text: str) -> None:
    assert reply.read(text).kind is Kind.FEEDBACK


@pytest.mark.parametrize(
    "text", ["Không có tiền bồi dưỡng thì hồ sơ nằm đó", "khong co tien boi duong thi ho so nam do"]
)
def test_a_condition_denies_nothing(text: str) -> None:
    assert reply.read(text).kind is Kind.CORRUPTION


def test_a_gap_stands_for_up_to_four_words() -> None:
    terms = Lexicon((Term("help", ("nhờ", "…", "giúp"), 1.0),), {})
    for text, told in {
        "nhờ giúp": True,
        "nhờ anh chị cán bộ giúp": True,
        "nhờ tất cả anh chị ở giúp": False,
        "giúp nhờ": False,
    }.items():
        assert bool(weighed(text, terms)) is told


def test_one_word_with_marks_among_many_without_hides_nothing() -> None:
    assert reply.read("can bo nhiet tinh lắm, cam on nhieu").topics[0].label == "officer_1"


def test_money_is_read_however_it_is_written() -> None:
    for text in ("đòi 500k mới ký", "đòi 500 ngàn mới ký", "đòi 2tr mới ký", "doi 2tr moi ky"):
        assert reply.read(text).kind is Kind.CORRUPTION, text


def test_the_graver_kind_decides() -> None:
    assert reply.read("Tôi khiếu nại và tố cáo, xin liên hệ, cần hỗ trợ").kind is Kind.DENUNCIATION


def test_marks_stand_where_they_may() -> None:
    for text in ("thái độ hoà nhã", "thái độ hòa nhã", "thai do hoa nha"):
        assert "hòa nhã" in " ".join(reply.read(text).topics[0].because) or text.isascii()
        assert reply.read(text).topics[0].label == "officer_1"


def test_words_to_search_by_are_ascii_and_carry_no_sign_of_a_label() -> None:
    assert tokens("Đất đai, ĐẤT @son-la #help ꪀꪱꪉ") == (
        "dat",
        "dai",
        "son",
        "la",
        "help",
        "_eaaa80eaaab1eaaa89",
    )
