"""What describes an edition's files to other programs: CSVW, DDI Codebook 2.5, DCAT-AP, and a citation.

All of it is made from one `Description`, so that no two of them differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from survey.formats.archive import Member
from survey.instrument import Text

LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_AUTHORITY = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
DDI = "ddi:codebook:2_5"
_XML = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPES = {
    "text/csv": "CSV",
    "application/json": "JSON",
    "application/ld+json": "JSON_LD",
    "application/pdf": "PDF",
    "text/html": "HTML",
    "application/xml": "XML",
    "text/plain": "TXT",
}


@dataclass(frozen=True)
class Variable:
    """A column of the microdata. values: what it may hold -> label · missing: those that are no answer"""

    name: str
    label: Text
    values: Mapping[str, Text]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Description:
    """What is said of an edition. address: of the edition itself, without a slash at its end

    day: it was made ("2026-01-15") · starts, ends: of the period · agency: its publisher's name
    """

    code: str
    revision: int
    title: Text
    abstract: Text
    publisher: Text
    publisher_address: str
    address: str
    day: str
    starts: str
    ends: str
    software: str
    universe: Text
    modes: Sequence[str]
    variables: Sequence[Variable]
    rows: int


# CSV on the Web.


def csvw(about: Description, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """Metadata of the bundle's tables (W3C, Metadata Vocabulary for Tabular Data).

    tables: path -> its columns
    """
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "vi"}],
        "dc:title": about.title.get("vi", ""),
        "dc:identifier": f"{about.code}/r{about.revision}",
        "dc:license": {"@id": LICENCE_ADDRESS},
        "tables": [
            {"url": path, "dialect": {"encoding": "utf-8"}, "tableSchema": {"columns": list(columns)}}
            for path, columns in tables.items()
        ],
    }
    return _json(content)


def columns_of(variables: Sequence[Variable]) -> list[dict[str, Any]]:
    """The columns of the microdata, with all that a cell may hold."""
    return [
        {
            "name": variable.name,
            "titles": variable.name,
            "dc:description": variable.label.get("vi", variable.name),
            "datatype": {"base": "string", "format": "|".join(map(_plain, variable.values))}
            if variable.values
            else "string",
            "required": False,
        }
        for variable in variables
    ]


def _plain(value: str) -> str:
    """A value as a regular expression that matches it alone."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "\\" + letter for letter in value)


# DDI Codebook.


def ddi(about: Description) -> bytes:
    """The codebook of the microdata (DDI Codebook 2.5)."""
    book = ET.Element("codeBook", {"xmlns": DDI, "version": "2.5", _XML: "vi"})
    study = ET.SubElement(book, "stdyDscr")
    citation = ET.SubElement(study, "citation")
    title = ET.SubElement(citation, "titlStmt")
    _texts(title, "titl", about.title, first="titl", others="parTitl")
    _text(title, "IDNo", f"{about.code}/r{about.revision}")
    producer = ET.SubElement(citation, "prodStmt")
    _texts(producer, "producer", about.publisher)
    _text(producer, "software", f"hai-long {about.software}")
    shared = ET.SubElement(citation, "distStmt")
    _text(shared, "distDate", about.day, date=about.day)
    version = ET.SubElement(citation, "verStmt")
    _text(version, "version", str(about.revision), date=about.day)
    info = ET.SubElement(study, "stdyInfo")
    _texts(info, "abstract", about.abstract)
    scope = ET.SubElement(info, "sumDscr")
    _text(scope, "timePrd", about.starts, date=about.starts, event="start")
    _text(scope, "timePrd", about.ends, date=about.ends, event="end")
    _text(scope, "nation", "Việt Nam", abbr="VN")
    _text(scope, "anlyUnit", "Phiếu trả lời")
    _texts(scope, "universe", about.universe)
    _text(scope, "dataKind", "survey data")
    collected = ET.SubElement(ET.SubElement(study, "method"), "dataColl")
    for mode in about.modes:
        _text(collected, "collMode", mode)
    access = ET.SubElement(ET.SubElement(study, "dataAccs"), "useStmt")
    _text(access, "conditions", f"CC BY 4.0, {LICENCE_ADDRESS}")
    _files(book, about)
    data = ET.SubElement(book, "dataDscr")
    for number, variable in enumerate(about.variables, 1):
        _variable(data, number, variable)
    ET.indent(book)
    written: bytes = ET.tostring(book, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _files(book: ET.Element, about: Description) -> None:
    for number, (name, kind) in enumerate((("responses.csv", "text/csv"), ("responses.sav", "SPSS")), 1):
        file = ET.SubElement(
            book, "fileDscr", {"ID": f"F{number}", "URI": f"{about.address}/microdata/{name}"}
        )
        text = ET.SubElement(file, "fileTxt")
        _text(text, "fileName", name)
        size = ET.SubElement(text, "dimensns")
        _text(size, "caseQnty", str(about.rows))
        _text(size, "varQnty", str(len(about.variables)))
        _text(text, "fileType", kind)


def _variable(data: ET.Element, number: int, variable: Variable) -> None:
    found = ET.SubElement(data, "var", {"ID": f"V{number}", "name": variable.name, "files": "F1 F2"})
    _texts(found, "labl", variable.label)
    for value, label in variable.values.items():
        missing = {"missing": "Y"} if value in variable.missing else {}
        category = ET.SubElement(found, "catgry", missing)
        _text(category, "catValu", value)
        _texts(category, "labl", label)
    ET.SubElement(found, "varFormat", {"type": "character", "schema": "other"})


def _text(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = text


def _texts(parent: ET.Element, tag: str, texts: Text, *, first: str = "", others: str = "") -> None:
    """The text in every language that it has."""
    for number, (language, text) in enumerate(texts.items()):
        name = (others if number else first) or tag
        ET.SubElement(parent, name, {_XML: language}).text = text


# DCAT-AP.


def dcat(about: Description, members: Sequence[Member]) -> bytes:
    """The edition as a dataset of a catalogue (DCAT-AP 3), in JSON-LD."""
    publisher = {
        "@id": about.publisher_address,
        "@type": "foaf:Agent",
        "foaf:name": _told(about.publisher),
    }
    dataset = {
        "@id": about.address,
        "@type": "dcat:Dataset",
        "dct:identifier": f"{about.code}/r{about.revision}",
        "dct:title": _told(about.title),
        "dct:description": _told(about.abstract),
        "dct:publisher": publisher,
        "dct:issued": _typed(about.day, "xsd:date"),
        "dcat:version": str(about.revision),
        "dct:accessRights": {
            "@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
            "@type": "dct:RightsStatement",
        },
        "dct:language": [_language("VIE"), _language("ENG")],
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(about.starts, "xsd:date"),
            "dcat:endDate": _typed(about.ends, "xsd:date"),
        },
        "dcat:distribution": [_distribution(about, member) for member in members],
    }
    catalogue = {
        "@context": _CONTEXT,
        "@id": about.address.rpartition(f"/{about.code}")[0] or about.publisher_address,
        "@type": "dcat:Catalog",
        "dct:title": _told({"vi": "Dữ liệu mở về sự hài lòng", "en": "Open data on satisfaction"}),
        "dct:description": _told(about.abstract),
        "dct:publisher": publisher,
        "dcat:dataset": [dataset],
    }
    return _json(catalogue)


_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _distribution(about: Description, member: Member) -> dict[str, Any]:
    address = f"{about.address}/{member.name}"
    kind = _TYPES.get(member.media_type)
    told: dict[str, Any] = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": member.name,
        "dcat:accessURL": {"@id": address, "@type": "http://www.w3.org/2000/01/rdf-schema#Resource"},
        "dcat:downloadURL": {"@id": address, "@type": "http://www.w3.org/2000/01/rdf-schema#Resource"},
        "dct:license": {"@id": LICENCE_AUTHORITY, "@type": "dct:LicenseDocument"},
        "dcat:byteSize": _typed(str(member.length), "xsd:nonNegativeInteger"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {
                "@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
                "@type": "spdx:ChecksumAlgorithm",
            },
            "spdx:checksumValue": _typed(member.digest, "xsd:hexBinary"),
        },
    }
    if kind:
        told["dct:format"] = {
            "@id": f"http://publications.europa.eu/resource/authority/file-type/{kind}",
            "@type": "dct:MediaTypeOrExtent",
        }
    return told


def _told(texts: Text) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for language, text in texts.items()]


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@value": value, "@type": kind}


def _language(code: str) -> dict[str, str]:
    return {
        "@id": f"http://publications.europa.eu/resource/authority/language/{code}",
        "@type": "dct:LinguisticSystem",
    }


# Citation.


def citation(about: Description) -> bytes:
    """How to cite the edition (Citation File Format 1.2)."""
    lines = (
        "cff-version: 1.2.0",
        "message: Please cite this edition as below.",
        "type: dataset",
        f"title: {_quoted(about.title.get('en') or about.title.get('vi', ''))}",
        "authors:",
        f"  - name: {_quoted(about.publisher.get('vi', ''))}",
        f"version: {_quoted(str(about.revision))}",
        f"date-released: {about.day}",
        "license: CC-BY-4.0",
        f"url: {_quoted(about.address)}",
    )
    return "\n".join(lines).encode() + b"\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
