"""Questionnaires on paper: sheets with a serial, boxes with the digits that clerks key, and a strip to tear off.

The strip bears a code of its own: it leads to the receipt, and to no serial.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from survey import paper
from survey.device import grouped
from survey.formats.sheet import ACCENT, SOFT, Sheet, Type
from survey.instrument import Instrument, Missing, Text
from survey.paper import Batch, Column

#: millimetres of an A4 sheet: margins, and where the strip begins on the last page
LEFT, WIDTH, TOP, STRIP, BOTTOM = 15.0, 180.0, 34.0, 252.0, 284.0

WORDS: dict[str, Text] = {
    "how": {
        "vi": "Đánh dấu X vào một ô cho mỗi câu. Không ghi tên. Ai giúp trả lời thì đánh dấu ở câu cuối.",
        "en": "Mark one box for each question with an X. Write no name. Who helped is asked last.",
    },
    "respondent": {"vi": "Ông/bà đến làm thủ tục", "en": "How did you come here?"},
    "citizen": {"vi": "với tư cách người dân", "en": "as a citizen"},
    "business": {"vi": "cho doanh nghiệp, tổ chức", "en": "for a business or an organisation"},
    "assisted": {"vi": "Có ai giúp ông/bà trả lời không?", "en": "Did anybody help you to answer?"},
    "none": {"vi": "không ai", "en": "nobody"},
    "relative": {"vi": "người thân", "en": "a relative"},
    "staff": {"vi": "cán bộ", "en": "staff"},
    "other": {"vi": "người khác", "en": "somebody else"},
    "refused": {"vi": "Không trả lời", "en": "No answer"},
    "dont_know": {"vi": "Không biết", "en": "I don't know"},
    "not_applicable": {"vi": "Không liên quan", "en": "Doesn't apply"},
    "comment": {"vi": "Ý kiến khác", "en": "Anything else"},
    "serial": {"vi": "Số phiếu", "en": "Sheet"},
    "keep": {
        "vi": "Xé và giữ phần này. Phiếu đã được tính chưa? Gõ mã này tại:",
        "en": "Tear off and keep this. Was it counted? Type this code at:",
    },
    "blind": {
        "vi": "Mã này không cho ai biết ông/bà đã trả lời gì.",
        "en": "The code tells nobody what you answered.",
    },
}


@dataclass(frozen=True)
class Form:
    """What the sheets of a batch say. base: the service's address · secret: what the torn codes are made with"""

    batch: Batch
    instrument: Instrument
    agency: Text
    counter: Text
    base: str
    secret: bytes

    def word(self, name: str) -> str:
        return self.instrument.text_in(WORDS[name], self.batch.language)


@dataclass(frozen=True)
class _Question:
    """A question as it is printed: its text, and a digit and words for each of its boxes."""

    text: str
    boxes: tuple[tuple[str, str], ...]
    heading: str | None = None


def as_pdf(form: Form, numbers: Sequence[int], *, on: date) -> bytes:
    """The sheets with these numbers as one PDF document. on: the day it says it was made."""
    drawn = _Sheets(1.0, (210.0, 297.0), on=on)
    questions = tuple(_questions(form))
    for number in numbers:
        drawn.add(form, number, questions)
    return drawn.document()


def _questions(form: Form) -> Iterator[_Question]:
    """Every question with the digits of its boxes."""
    instrument, language = form.instrument, form.batch.language
    by_item: dict[str, list[Column]] = {}
    for column in paper.columns(instrument):
        by_item.setdefault(column.name, []).append(column)
    for number, item in enumerate(instrument.items, 1):
        columns, steps = by_item[item.code], instrument.scale_of(item).steps
        labels = [instrument.text_in(step.label, language) for step in steps]
        if columns[0].option is not None:
            boxes = tuple(("1", label) for label in labels)
        else:
            boxes = tuple((key, _label(form, key, columns[0], labels)) for key in columns[0].keys)
        heading = instrument.text_in(item.group, language) if item.group else None
        yield _Question(f"{number}. {instrument.text_in(item.text, language)}", boxes, heading)
    respondent = (("1", form.word("citizen")), ("2", form.word("business")))
    yield _Question(form.word("respondent"), respondent)
    helped = tuple((key, form.word(who.value)) for key, who in paper.HELPERS.items())
    yield _Question(form.word("assisted"), helped)


def _label(form: Form, key: str, column: Column, labels: Sequence[str]) -> str:
    meaning = column.keys[key]
    return form.word(meaning.value) if isinstance(meaning, Missing) else labels[int(key) - 1]


class _Sheets(Sheet):
    def add(self, form: Form, number: int, questions: Sequence[_Question]) -> None:
        y, heading = self._page(form, number, first=True), None
        for place, question in enumerate(questions):
            last = place == len(questions) - 1
            needed = self._height(question) + (8 if question.heading != heading and question.heading else 0)
            if y + needed > (STRIP - 14 if last else BOTTOM):
                y = self._page(form, number, first=False)
            if question.heading and question.heading != heading:
                heading = question.heading
                y = (
                    self.paragraph(heading, LEFT, y, WIDTH, Type(9.5, bold=True, colour=ACCENT, align="L"))
                    + 2
                )
            y = self._question(question, y)
        if y > STRIP - 14:
            y = self._page(form, number, first=False)
        self.line(form.word("comment"), y, Type(8, colour=SOFT, align="L"), left=LEFT)
        self.pdf.set_draw_color(*SOFT)
        for row in range(max(1, min(4, int((STRIP - 6 - y - 4) // 7)))):
            self.pdf.line(LEFT, y + 9 + 7 * row, LEFT + WIDTH, y + 9 + 7 * row)
        self._strip(form, number)

    def _page(self, form: Form, number: int, *, first: bool) -> float:
        """A new page with its head; the y below it."""
        self.pdf.add_page()
        serial = paper.serial(form.batch.number, number)
        self.line(
            f"{form.word('serial')} {serial[:4]} {serial[4:]}", 8, Type(11, bold=True, align="R"), left=LEFT
        )
        title = form.instrument.text_in(form.instrument.title, form.batch.language)
        language = form.batch.language
        if not first:
            self.line(title, 8.5, Type(9, colour=SOFT, align="L"), left=LEFT, width=120)
            return 20
        self.line(title, 8, Type(13, bold=True, colour=ACCENT, align="L"), left=LEFT, width=125)
        place = f"{form.agency.get(language) or form.agency['vi']} · {form.counter.get(language) or form.counter['vi']}"
        self.line(place, 17, Type(9, bold=True, align="L"), left=LEFT)
        self.line(form.word("how"), 23, Type(8, colour=SOFT, align="L"), left=LEFT)
        return TOP

    def _height(self, question: _Question) -> float:
        text = len(self.wrapped(question.text, WIDTH, Type(9.5))) * 9.5 * 0.45
        return text + 3 + 6.2 * len(list(self._rows(question))) + 2

    def _rows(self, question: _Question) -> Iterator[list[tuple[str, str, float]]]:
        """The boxes of a question in lines, with the width that each takes."""
        row: list[tuple[str, str, float]] = []
        self.pdf.set_font("sans", "", 8)
        for key, label in question.boxes:
            width = 11 + min(self.pdf.get_string_width(label) + 5, WIDTH - 11)
            if row and sum(each for *_, each in row) + width > WIDTH:
                yield row
                row = []
            row.append((key, label, width))
        yield row

    def _question(self, question: _Question, y: float) -> float:
        y = self.paragraph(question.text, LEFT, y, WIDTH, Type(9.5, bold=True, align="L")) + 1.5
        for row in self._rows(question):
            x = LEFT
            for key, label, width in row:
                self.pdf.set_draw_color(0, 0, 0)
                self.pdf.set_line_width(0.25)
                self.pdf.rect(x, y, 4.6, 4.6)
                self.line(key, y + 1.2, Type(7, colour=SOFT, align="L"), left=x + 5.2, width=5)
                self.line(label, y + 0.7, Type(8, align="L"), left=x + 9, width=width - 10)
                x += width
            y += 6.2
        return y + 2

    def _strip(self, form: Form, number: int) -> None:
        """What the respondent tears off."""
        code = grouped(paper.code_of(form.secret, form.batch.number, number))
        self.pdf.set_draw_color(*SOFT)
        self.pdf.set_dash_pattern(dash=1.5, gap=1.5)
        self.pdf.line(0, STRIP, 210, STRIP)
        self.pdf.set_dash_pattern()
        self.code(f"{form.base}/receipt/{code}", LEFT, STRIP + 5, 32)
        left, width = LEFT + 38, WIDTH - 38
        self.line(form.word("keep"), STRIP + 9, Type(9.5, align="L"), left=left, width=width)
        address = f"{form.base}/receipt".partition("://")[2]
        self.line(address, STRIP + 15, Type(10, bold=True, align="L"), left=left, width=width)
        self.line(code, STRIP + 22, Type(15, bold=True, colour=ACCENT, align="L"), left=left, width=width)
        self.line(form.word("blind"), STRIP + 31, Type(8, colour=SOFT, align="L"), left=left, width=width)
