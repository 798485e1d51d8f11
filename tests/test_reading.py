"""What is read out of a comment: personal data by its form, kind and topics by words that can be shown."""

from __future__ import annotations

import pytest

from survey import reply
from survey.comment import Kind, masked, personal_data, pieces, tokens
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
        ("xe 26B1-123.45 va 26a 12345", "xe ⟦plate⟧ va ⟦plate⟧"),
        ("ho so H52.12-240315-0012", "ho so ⟦dossier⟧"),
        ("a.b@example.vn hoặc a.b (at) example.vn", "⟦e-mail⟧ hoặc ⟦e-mail⟧"),
        ("Ông Chủ tịch xã Mường Bú ở đường Lê Lợi", "Ông Chủ tịch xã Mường Bú ở đường Lê Lợi"),
        ("Nguyễn Thị Hoa và cô giáo Mai", "⟦name⟧ và cô giáo ⟦name⟧"),
        ("cam on chi lan da huong dan", "cam on chi ⟦name⟧ da huong dan"),
        ("không chín một hai ba bốn năm sáu bảy tám", "⟦phone⟧"),
        ("Ngày 12/05/2026, thủ tục 1.000028", "Ngày 12/05/2026, thủ tục 1.000028"),
        ("⟦name⟧ tự viết", "[name] tự viết"),
    ],
)
def test_what_points_at_a_person_is_masked_and_nothing_else(text: str, shown: str) -> None:
    assert hidden(text) == shown


def test_a_masked_text_is_taken_apart_for_a_page() -> None:
    assert list(pieces("gọi ⟦phone⟧ nhé")) == [("gọi ", ""), ("", "phone"), (" nhé", "")]


def test_little_of_the_labelled_sample_is_left_to_point_at_anybody() -> None:
    found = labelled.whole(labelled.sample("tuned"))
    assert found.recall >= 0.95 and found.precision >= 0.9


def test_topics_and_kinds_agree_with_the_labelled_sample() -> None:
    some = labelled.sample("tuned")
    topics = labelled.of_topics(some)
    assert topics.precision >= 0.9 and topics.recall >= 0.8
    for kind in Kind:
        told = labelled.of_kind(some, kind)
        assert told.precision >= 0.9 and told.recall >= 0.75, kind


def test_a_topic_says_which_words_it_comes_from() -> None:
    (topic,) = reply.read("Phòng chờ chật chội, không có ghế ngồi.").topics
    assert topic.label == "access_2" and set(topic.because) == {"phòng chờ", "chật chội", "chật", "ghế ngồi"}


@pytest.mark.parametrize(
    "text", ["Không có tiêu cực, không phải đưa tiền.", "khong phai dua tien, khong co tieu cuc"]
)
def test_what_did_not_happen_is_not_reported(text: str) -> None:
    assert reply.read(text).kind is Kind.FEEDBACK


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
