"""HTML as a PDF document: tagged (PDF/UA-1), with bookmarks, its fonts in the file, and nothing from elsewhere.

The document says what it needs by name, as `<img src="agencies.svg">`, and gets it from what it is handed over.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from survey.errors import PdfPartsMissing

#: Debian's packages with the libraries that lay out text; the wheel of WeasyPrint does not bring them
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")

#: family -> weight -> file in survey/fonts; one whole file for each, since fonts that are split by letters misprint Vietnamese
FONTS = {
    "Noto Sans": {400: "NotoSans-Regular.ttf", 700: "NotoSans-Bold.ttf"},
    "Noto Sans Math": {400: "NotoSansMath-Regular.ttf"},
    "Noto Sans Symbols 2": {400: "NotoSansSymbols2-Regular.ttf"},
}
_TYPES = {"svg": "image/svg+xml", "ttf": "font/ttf", "css": "text/css"}


def as_pdf(html: str, parts: Mapping[str, bytes | str]) -> bytes:
    """The document as PDF.

    parts: what the document names, by name: pictures (SVG) and style sheets. Raises PdfPartsMissing where the
    system lacks the libraries.
    """
    weasyprint, configuration, fetcher = _loaded()
    known = {f"fonts/{name}": _font(name) for weights in FONTS.values() for name in weights.values()}
    known |= {name: part.encode() if isinstance(part, str) else part for name, part in parts.items()}
    document = weasyprint.HTML(string=html, base_url=_BASE, url_fetcher=fetcher(known))
    fonts = configuration()
    faces = weasyprint.CSS(string=font_faces(), base_url=_BASE, url_fetcher=fetcher(known), font_config=fonts)
    made: bytes = document.write_pdf(stylesheets=[faces], font_config=fonts, pdf_variant="pdf/ua-1")
    return made


def there() -> bool:
    """Whether the system has what documents are laid out with."""
    try:
        _loaded()
    except PdfPartsMissing:
        return False
    return True


#: where the document's own parts are; nothing else is ever asked for
_BASE = "http://part.invalid/"


def font_faces() -> str:
    """The rules that name the fonts."""
    return "\n".join(
        f'@font-face {{font-family:"{family}"; font-weight:{weight}; src:url("{_BASE}fonts/{name}")}}'
        for family, weights in FONTS.items()
        for weight, name in weights.items()
    )


def _font(name: str) -> bytes:
    return files("survey").joinpath("fonts", name).read_bytes()


def _loaded() -> tuple[Any, Any, Any]:
    """WeasyPrint, if its libraries are there, and a way to hand it parts."""
    try:
        import weasyprint  # noqa: PLC0415 - slow to import, and not to be had on every system
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415
    except (ImportError, OSError) as fault:
        raise PdfPartsMissing(packages=PACKAGES) from fault

    class Parts(URLFetcher):  # type: ignore[misc]
        """Hands over what is known by name, and refuses all else."""

        def __init__(self, known: Mapping[str, bytes]) -> None:
            super().__init__()
            self._known = known

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(_BASE)
            if name not in self._known:
                raise FatalURLFetchingError(f"the document has no part {name}")
            kind = _TYPES[name.rpartition(".")[2]]
            return URLFetcherResponse(url, io.BytesIO(self._known[name]), headers={"Content-Type": kind})

    return weasyprint, FontConfiguration, Parts
