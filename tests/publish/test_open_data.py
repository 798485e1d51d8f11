"""The open data of an edition, read by programs and checked by validators that are not ours."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path

import pyreadstat
import pyshacl
import pytest
import rdflib
import xmlschema
from csvw import CSVW
from pysdmx.io.csv.sdmx20.reader import read as read_sdmx
from rdflib.namespace import DCAT, DCTERMS, RDF

from survey import publish
from survey.store import database as databases
from tests.conftest import KEYS
from tests.publish import province as small

GOLDEN = Path(__file__).parents[1] / "golden"
ADDRESS = "https://example.org/editions/rating-short-2026/r1"


@pytest.fixture(scope="module")
def files(filled_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked bundle of a proposal."""
    folder = tmp_path_factory.mktemp("bundle")
    db = databases.connect(f"sqlite:///{shutil.copy(filled_sqlite, folder / 'small.sqlite')}", KEYS)
    edition = small.proposed(db, small.person(db, "an.ha"))
    bundle = b"".join(publish.stream(db, edition))
    db.dispose()
    zipfile.ZipFile(io.BytesIO(bundle)).extractall(folder / "files")
    return folder / "files"


def test_spss_reads_the_microdata_with_labels_and_missing_answers(files: Path) -> None:
    rows, about = pyreadstat.read_sav(files / "microdata" / "responses.sav", user_missing=True)
    text = (files / "microdata" / "responses.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == len(text) - 1 == about.number_rows == 358
    assert list(rows.columns) == text[0].split(",")
    labels = about.variable_value_labels
    first = text[1].split(",")
    assert {labels["mode"][code] for code in rows["mode"]} == {
        "Máy đánh giá tại quầy",
        "Trực tuyến",
        "Không công bố",
    }
    assert [rows["access"][0], rows["feedback"][0]] == [float(first[-5]), float(first[-1])]
    assert labels["access"][5.0] == "Rất hài lòng" and labels["access"][92.0] == "Không trả lời"
    assert about.missing_ranges["access"] == [{"lo": 91.0, "hi": 94.0}]
    assert (
        about.column_names_to_labels["access"].startswith("Tiếp cận")
        or about.column_names_to_labels["access"]
    )


def test_nobody_stands_alone_in_the_microdata(files: Path) -> None:
    rows, _ = pyreadstat.read_sav(files / "microdata" / "responses.sav")
    sizes = rows.groupby(["agency", "period", "mode", "respondent", "group", "weight"]).size()
    assert sizes.min() >= 10
    text = (files / "microdata" / "responses.csv").read_text(encoding="utf-8")
    assert "03664" not in text and "04246" not in text  # fewer than 30 answered there
    assert "2026-1" not in text  # no time finer than the quarter


@pytest.mark.filterwarnings("always::UserWarning")  # csvw collects what is invalid as warnings
def test_the_tables_are_valid_csv_on_the_web(files: Path) -> None:
    found = CSVW(str(files / "csv-metadata.json"), validate=True)
    assert found.is_valid, found.warnings
    assert len(found.tables) == 12
    broken = (files / "microdata" / "responses.csv").read_text(encoding="utf-8")
    (files / "microdata" / "responses.csv").write_text(
        broken.replace(",5,5\n", ",5,7\n", 1), encoding="utf-8"
    )
    assert not CSVW(str(files / "csv-metadata.json"), validate=True).is_valid
    (files / "microdata" / "responses.csv").write_text(broken, encoding="utf-8")


def test_the_codebook_follows_the_schema_of_ddi(files: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(GOLDEN / "ddi-codebook-2.5.zip").extractall(tmp_path)
    schema = xmlschema.XMLSchema(tmp_path / "schemas" / "codebook.xsd", allow="local")
    schema.validate(files / "microdata" / "codebook.xml")


def test_statistical_offices_read_the_series(files: Path) -> None:
    [found] = read_sdmx((files / "sdmx" / "figures.csv").read_text(encoding="utf-8"))
    data = found.data
    index = data[
        (data.AGENCY == "son-la") & (data.INDICATOR == "index:short@1") & (data.TIME_PERIOD == "2026")
    ]
    assert [float(value) for value in index.OBS_VALUE] == [pytest.approx(67.3184357, rel=1e-6)]
    few = data[(data.AGENCY == "04246") & (data.INDICATOR == "index:short@1")]
    assert set(few.OBS_STATUS) <= {"Q", "M"} and "" in set(few.OBS_VALUE.fillna("").astype(str))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own
def test_the_catalogue_names_every_file_with_its_checksum(files: Path) -> None:
    graph = rdflib.Graph().parse(data=(files / "dcat.jsonld").read_text(encoding="utf-8"), format="json-ld")
    [dataset] = graph.subjects(RDF.type, DCAT.Dataset)
    assert str(dataset) == ADDRESS
    for needed in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.issued, DCTERMS.temporal):
        assert graph.value(dataset, needed) is not None, needed
    listed = {entry["name"]: entry for entry in json.loads((files / "manifest.json").read_bytes())["files"]}
    found = {str(one) for one in graph.objects(dataset, DCAT.distribution)}
    assert found == {f"{ADDRESS}/{name}" for name in listed if name != "dcat.jsonld"}
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    for name, entry in listed.items():
        if name != "dcat.jsonld":
            checksum = graph.value(rdflib.URIRef(f"{ADDRESS}/{name}"), spdx.checksum)
            assert str(graph.value(checksum, spdx.checksumValue)).lower() == entry["sha256"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own
def test_the_catalogue_conforms_to_dcat_ap(files: Path) -> None:
    """Against the shapes of DCAT-AP 3.0.1, whose origin lies beside them."""
    shapes = rdflib.Graph().parse(
        data=zipfile.ZipFile(GOLDEN / "dcat-ap-3.0.1.zip").read("dcat-ap-SHACL.ttl"), format="turtle"
    )
    graph = rdflib.Graph().parse(data=(files / "dcat.jsonld").read_text(encoding="utf-8"), format="json-ld")
    conforms, _, told = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
    assert conforms, told
    [dataset] = graph.subjects(RDF.type, DCAT.Dataset)
    graph.remove((dataset, DCTERMS.title, None))
    graph.add((dataset, DCTERMS.temporal, rdflib.Literal("2026")))
    conforms, _, told = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
    assert not conforms and "Results (3)" in told, told
