"""The few words and numbers that are written on charts, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from survey.figure import Figure

WORDS: dict[str, dict[str, str]] = {
    "vi": {
        "interval": "khoảng tin cậy {level}",
        "few-answers": "ít câu trả lời",
        "met": "đạt",
        "not-met": "không đạt",
        "insufficient": "chưa đủ căn cứ",
        "factor": "yếu tố",
        "criterion": "tiêu chí",
        "month": "tỷ lệ hài lòng",
        "part": "tỷ lệ hài lòng",
        "break": "đổi phiếu khảo sát",
        "people": "{n} người",
        "target": "mục tiêu {year}: {value}",
        "target-no-year": "mục tiêu: {value}",
        "unverified": "chưa kiểm chứng",
        "above-90": "> 90\u00a0%",
        "below-10": "< 10\u00a0%",
        "withheld": "không công bố",
        "too-few": "quá ít câu trả lời",
        "secondary": "không công bố",
        "all-in-one-step": "không công bố",
        "no-answers": "chưa có câu trả lời",
        "trend": "Tỷ lệ hài lòng theo tháng",
        "nothing": "Chưa có số liệu để vẽ.",
        "priorities": "Nên cải thiện điều gì trước",
        "importance": "phần trong sự hài lòng chung",
        "performance": "tỷ lệ hài lòng",
        "fix-first": "cải thiện trước",
        "keep-up": "giữ vững",
        "later": "cải thiện sau",
        "enough": "đã tốt",
        "mean-of-factors": "trung bình các yếu tố",
        "years": "Kết quả qua các năm",
        "published": "SIPAS do Bộ Nội vụ công bố",
        "own": "Dịch vụ này",
        "method-from": "đổi phương pháp từ {year}",
        "year": "tỷ lệ hài lòng",
        "above": "cao hơn mức chung",
        "not-different": "không khác",
        "below": "thấp hơn mức chung",
        "unranked": "chưa xếp được",
        "agencies": "Chỉ số của từng cơ quan",
        "spread": "Phân bố câu trả lời",
        "rank": "hạng {best}–{worst}",
        "rank-one": "hạng {best}",
    },
    "en": {
        "interval": "{level} confidence interval",
        "few-answers": "few answers",
        "met": "met",
        "not-met": "not met",
        "insufficient": "not enough evidence",
        "factor": "factor",
        "criterion": "criterion",
        "month": "share satisfied",
        "part": "share satisfied",
        "break": "another questionnaire",
        "people": "{n} people",
        "target": "target {year}: {value}",
        "target-no-year": "target: {value}",
        "unverified": "not verified",
        "above-90": "> 90%",
        "below-10": "< 10%",
        "withheld": "not published",
        "too-few": "too few answers",
        "secondary": "not published",
        "all-in-one-step": "not published",
        "no-answers": "no answers yet",
        "trend": "Share satisfied by month",
        "nothing": "There are no figures to draw yet.",
        "priorities": "What to mend first",
        "importance": "part in overall satisfaction",
        "performance": "share satisfied",
        "fix-first": "mend first",
        "keep-up": "keep up",
        "later": "mend later",
        "enough": "good enough",
        "mean-of-factors": "mean of the factors",
        "years": "Results over the years",
        "published": "SIPAS as the ministry publishes it",
        "own": "This service",
        "method-from": "another method from {year}",
        "year": "share satisfied",
        "above": "above the others' mean",
        "not-different": "not different",
        "below": "below the others' mean",
        "unranked": "not ranked",
        "agencies": "Index of each agency",
        "spread": "How the answers spread",
        "rank": "rank {best}–{worst}",
        "rank-one": "rank {best}",
    },
}


#: a space that does not break stands before the sign in Vietnamese
_SIGN = {"vi": "\u00a0%", "en": "%"}


def percent(value: float, language: str, *, places: int = 1) -> str:
    """A percentage as it is written in `language`: 82,3 % in Vietnamese, 82.3% in English."""
    return f"{value:.{places}f}".replace(".", "," if language == "vi" else ".") + _SIGN[language]


def thousands(count: int, language: str) -> str:
    return f"{count:,}".replace(",", "." if language == "vi" else ",")


def month_in(period: str, language: str) -> str:
    """1/2026 in Vietnamese, 2026-01 in English; a year stays as it is."""
    year, _, month = period.partition("-")
    return f"{int(month)}/{year}" if month and language == "vi" else period


def text_in(text: Mapping[str, str], language: str) -> str:
    """A wording in `language`, or the first there is."""
    return text.get(language) or next(iter(text.values()))


def reason(figure: Figure, language: str) -> str:
    """Why a figure is not shown, in a few words."""
    words = WORDS[language]
    return words.get(figure.withheld or figure.estimate.reason or "withheld", words["withheld"])
