"""The base of every refusal."""

from __future__ import annotations


class Refusal(Exception):
    """The base of every named refusal; `code` is stable, `status` is its HTTP status."""

    code = "refused"
    status = 400

    def __init__(self, **detail: object) -> None:
        super().__init__(self.code, detail)
        self.detail = detail

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.detail.items())
        return f"{self.code}: {told}" if told else self.code
