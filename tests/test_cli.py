"""The operator's commands: what they do, and one sentence where they can't."""

from __future__ import annotations

import csv
import io
import json
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner, Result

from survey import collect, config, design
from survey.cli import main
from survey.quarantine import Doubt
from survey.web.context import now
from tests.answering import rated
from tests.kiosk import activated, deliver, entry

EXAMPLE = Path(__file__).parents[1] / "examples" / "juarez-2023"
HEADINGS = ("Q2", "Q40", "Q45", "Q46", "Q47", "Q51", "Q61", "date", "Q1", "resultId")


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SURVEY_INSTANCE", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def once_set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("instance")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SURVEY_INSTANCE", str(folder))
        assert run("setup").exit_code == 0
    return folder


@pytest.fixture
def ready(instance: Path, once_set_up: Path) -> Path:
    """An instance of this test's own, set up."""
    return shutil.copytree(once_set_up, instance, dirs_exist_ok=True)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_setting_up_twice_changes_nothing(instance: Path) -> None:
    first, second = run("setup"), run("setup")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "2124 rows" in first.output and second.output == ""
    assert {file.name for file in instance.iterdir()} >= {"secrets.toml", "survey.sqlite3"}


def test_before_the_set_up_there_is_one_sentence(instance: Path) -> None:
    found = run("seal")
    assert found.exit_code == 1
    assert "survey setup" in found.output and "Traceback" not in found.output


def test_an_unreadable_secret_is_one_sentence(ready: Path) -> None:
    (ready / "secrets.toml").write_text("salt_key = ")
    found = run("report")
    assert found.exit_code == 1 and "secrets.toml" in found.output


def test_a_database_that_is_not_there_is_one_sentence(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")
    found = run("report")
    assert found.exit_code == 1 and "can't be used now" in found.output


@pytest.mark.parametrize("command", ["setup", "serve", "report", "seal"])
def test_a_database_of_a_newer_version_is_one_sentence(ready: Path, command: str) -> None:
    with closing(sqlite3.connect(ready / "survey.sqlite3")) as file, file:
        file.execute("UPDATE alembic_version SET version_num = '0999'")
    found = run(command)
    assert found.exit_code == 1 and "0999" in found.output
    assert "that version" in found.output and found.output.count("\n") == 1


@pytest.mark.parametrize("command", ["serve", "report"])
def test_a_database_that_was_never_set_up_is_one_sentence(ready: Path, command: str) -> None:
    (ready / "survey.sqlite3").unlink()
    found = run(command)
    assert found.exit_code == 1 and "`survey setup` makes a new one" in found.output


@pytest.mark.parametrize("command", ["setup", "serve", "report"])
def test_a_file_that_is_no_database_is_one_sentence(ready: Path, command: str) -> None:
    (ready / "survey.sqlite3").write_bytes(b"no database at all " * 100)
    found = run(command)
    assert found.exit_code == 1 and "damaged" in found.output


def test_an_address_that_is_none_is_told_without_its_password(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:secret@host:port/name")
    found = run("setup")
    assert found.exit_code == 1 and "can't be read" in found.output and "secret" not in found.output


def test_a_port_that_somebody_listens_on_is_not_shared(ready: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as other:
        port = other.getsockname()[1]
        found = run("serve", "--port", str(port))
    assert found.exit_code == 1 and f"Port {port} of 127.0.0.1 can't be used" in found.output


def test_a_host_that_is_none_is_one_sentence(ready: Path) -> None:
    found = run("serve", "--host", "nowhere.invalid")
    assert found.exit_code == 1 and "nowhere.invalid can't be used" in found.output


def test_simulated_data_does_not_enter_the_real_database(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_DATABASE_URL", f"sqlite:///{ready / 'survey.sqlite3'}")
    found = run("setup", "--demo")
    assert found.exit_code == 1 and "never share a database" in found.output
    assert "0 responses" in run("rebuild").output


def write(file: Path, rows: list[dict[str, str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, HEADINGS)
        writer.writeheader()
        writer.writerows(rows)
    return file


def row(number: int, **more: str) -> dict[str, str]:
    told = {heading: "9" for heading in HEADINGS if heading.startswith("Q")}
    district = {"Q2": str(2 + number % 9), "Q1": str(number % 7), "resultId": str(number)}
    return told | district | {"date": "1582-10-14"} | more


def imported(file: Path) -> Result:
    return run("import", str(file), "--map", str(EXAMPLE / "map.toml"))


def test_another_survey_is_imported_with_its_exclusions_and_only_once(ready: Path) -> None:
    rows = [row(n) for n in range(90)]
    rows[0]["Q46"], rows[1]["Q61"], rows[2]["Q61"], rows[3]["Q51"] = "0", "99", "11", ""
    file = write(ready / "wave.csv", rows)
    first = imported(file)
    assert first.exit_code == 0, first.output
    assert "90 new responses, 0 known already" in first.output
    for told in (
        "out-of-range 1 (0: 1)",
        "dont_know 1 (99: 1)",
        "not_applicable 1 (11: 1)",
        "system-missing 1",
    ):
        assert told in first.output
    assert "0 new responses, 90 known already" in imported(file).output
    report = json.loads(run("report", "--wave", "juarez-2023").output)
    means = {f["code"]: f for f in report["figures"] if f["part"] == "mean"}
    assert (means["mean:lighting_own"]["value"], means["mean:lighting_own"]["n"]) == (9.0, 89)
    assert means["mean:pavements"]["n"] == 88
    districts = [f for f in report["figures"] if f["part"] == "breakdown"]
    assert len(districts) == 9 * 6 and all(f["n"] or f["withheld"] for f in districts)
    assert run("rebuild").exit_code == 0


def test_a_re_exported_file_with_other_answers_is_told(ready: Path) -> None:
    assert imported(write(ready / "wave.csv", [row(n) for n in range(20)])).exit_code == 0
    again = imported(write(ready / "wave.csv", [row(n, Q40="1") for n in range(20)]))
    assert "refused: same-id-other-content 20" in again.output


def test_a_file_with_a_fault_in_its_last_row_adds_nothing(ready: Path) -> None:
    file = write(ready / "wave.csv", [row(n) for n in range(20)])
    with file.open("a", encoding="utf-8") as opened:
        opened.write("1,2,3\n")
    found = imported(file)
    assert found.exit_code == 1 and "wave.csv:22" in found.output
    assert "0 responses" in run("rebuild").output
    assert run("report", "--wave", "juarez-2023").exit_code == 1


def test_a_file_without_a_mapped_column_opens_no_wave(ready: Path) -> None:
    file = ready / "wave.csv"
    file.write_text("a,b\n1,2\n")
    found = imported(file)
    assert found.exit_code == 1 and "Q2" in found.output
    assert "There is no such wave" in run("report", "--wave", "juarez-2023").output


def test_a_report_is_the_same_in_json_and_csv(ready: Path) -> None:
    imported(write(ready / "wave.csv", [row(n) for n in range(90)]))
    figures = json.loads(run("report", "--wave", "juarez-2023").output)["figures"]
    table = csv.DictReader(
        io.StringIO(run("report", "--wave", "juarez-2023", "--csv").output.removeprefix("\ufeff"))
    )
    rows = {(r["part"], r["code"], r["domain"], r["period"], r["target_code"]): r for r in table}
    for figure in figures:
        target = (figure["target"] or {}).get("code", "")
        found = rows[figure["part"], figure["code"], figure["domain"], figure["period"], target]
        for name in ("value", "low", "high", "se"):
            assert (float(found[name]) if found[name] else None) == figure[name]


def test_help_names_every_command() -> None:
    told = run("--help").output
    assert all(name in told for name in ("setup", "serve", "import", "seal", "rebuild", "report"))


def test_a_rebuild_that_finds_a_difference_leaves_with_1(ready: Path) -> None:
    imported(write(ready / "wave.csv", [row(n) for n in range(20)]))
    assert run("rebuild").exit_code == 0
    import sqlite3  # noqa: PLC0415 - the operator's own hand in the file

    with sqlite3.connect(ready / "survey.sqlite3") as connection:
        connection.execute("UPDATE moment SET sums = zeroblob(length(sums))")
    connection.close()
    found = run("rebuild")
    assert found.exit_code == 1 and "rows differ" in found.output
    assert run("rebuild", "--replace").exit_code == 0
    assert run("rebuild").exit_code == 0


def test_the_secrets_stay_out_of_every_output(ready: Path) -> None:
    secrets = config.read({"SURVEY_INSTANCE": str(ready)})
    told = "".join(run(*command).output for command in (("setup",), ("report",), ("seal",), ("rebuild",)))
    assert secrets.salt_key.hex() not in told and secrets.signing_seed.hex() not in told


def test_a_kiosk_is_issued_listed_and_revoked(ready: Path) -> None:
    made = run("kiosk", "issue", "03646-1")
    device, code = (line.split()[-1] for line in made.output.splitlines())
    assert made.exit_code == 0 and len(code) == 14
    assert f"{device}\t03646-1\tnot activated" in run("kiosk", "list").output
    again = run("kiosk", "issue", "--device", device)
    assert again.exit_code == 0 and device in again.output and code not in again.output
    assert run("kiosk", "revoke", device).exit_code == 0
    assert f"{device}\t03646-1\trevoked" in run("kiosk", "list").output


def test_a_pin_is_asked_for_and_has_digits_alone(ready: Path) -> None:
    def issue(pin: str) -> Result:
        return CliRunner().invoke(main, ("kiosk", "issue", "03646-1", "--pin"), input=f"{pin}\n{pin}\n")

    found = issue("2468")
    assert found.exit_code == 0 and "2468" not in found.output
    assert [issue(pin).exit_code for pin in ("12a4", "123", "123456789", "٣٣٣٣")] == [1, 1, 1, 1]


def test_gaps_and_dead_letters_of_kiosks_are_printed(ready: Path) -> None:
    settings = config.read()
    store = design.opened(settings.database_url, settings.keys, settings.purpose)
    device = activated(store)
    deliver(store, device, entry(3), entry(9, answers={"no-item": 1}, comment="\x1b[2Jgiữ lại"))
    store.dispose()
    gaps, dead = run("kiosk", "gaps"), run("kiosk", "dead", device.id)
    assert gaps.exit_code == 1 and f"{device.id}\t7 missing: 1-2, 4-8" in gaps.output
    assert "unknown-item" in dead.output and "giữ lại" in dead.output and "\x1b" not in dead.output
    assert "refused 1" in run("kiosk", "list").output
    assert run("kiosk", "dead", "nobody").output == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("issue",),
        ("issue", "nowhere"),
        ("issue", "03646-1", "--device", "A"),
        ("issue", "--device", "A"),
        ("revoke", "A"),
    ],
)
def test_what_no_kiosk_is_issued_for_is_one_sentence(ready: Path, arguments: tuple[str, ...]) -> None:
    found = run("kiosk", *arguments)
    assert found.exit_code == 1 and found.output.count("\n") == 1


def test_a_plan_is_told_as_text_and_as_data(ready: Path) -> None:
    told = run("plan", "--margin", "3", "--per-unit", "20", "--icc", "0.04")
    assert told.exit_code == 0 and "design effect 1.76" in told.output
    data = json.loads(run("plan", "--margin", "3", "--per-unit", "20", "--icc", "0.04", "--json").output)
    assert f"Invite {data['size']['invitations']:,} people" in told.output
    assert len(data["strata"]) > 90


def test_a_plan_takes_strata_from_a_file(ready: Path, tmp_path: Path) -> None:
    strata = tmp_path / "strata.csv"
    strata.write_text('name,people,share\n"Mai Sơn",14500,84\n\nMộc Châu,32000\n', encoding="utf-8-sig")
    told = run("plan", "--strata", str(strata), "--table")
    assert told.exit_code == 0
    assert [line.split("\t")[:2] for line in told.output.splitlines()[-2:]] == [
        ["Mai Sơn", "14500"],
        ["Mộc Châu", "32000"],
    ]
    strata.write_text("Mai Sơn,14500\nMộc Châu,many\nYên Châu,-3\n", encoding="utf-8")
    wrong = run("plan", "--strata", str(strata))
    assert wrong.exit_code == 1 and "line 2" in wrong.output and "line 3" in wrong.output


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--per-unit", "20"), "belong together"),
        (("--margin", "0"), "0.1"),
        (("--share", "100"), "99"),
    ],
)
def test_a_plan_that_cannot_be_made_is_one_sentence(ready: Path, options: tuple[str, ...], told: str) -> None:
    found = run("plan", *options)
    assert found.exit_code != 0 and told in found.output and "Traceback" not in found.output


def test_posters_are_written_for_each_counter_and_all_at_once(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_PUBLIC_URL", "https://hai-long.example")
    out = tmp_path / "posters"
    told = run("posters", "--out", str(out), "--paper", "a5", "--agency", "03646")
    assert told.exit_code == 0 and "1 posters" in told.output
    assert sorted(file.name for file in out.iterdir()) == ["03646-1-a5.pdf", "all-a5.pdf"]
    with pypdfium2.PdfDocument(out / "all-a5.pdf") as document:
        [code] = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil())
    assert code.text == "https://hai-long.example/c/03646-1"


@pytest.mark.parametrize(
    ("address", "agency", "words"),
    [(None, "03646", "SURVEY_PUBLIC_URL"), ("https://hai-long.example", "atlantis", "atlantis")],
)
def test_posters_that_cannot_be_made_are_one_sentence(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str | None, agency: str, words: str
) -> None:
    if address:
        monkeypatch.setenv("SURVEY_PUBLIC_URL", address)
    told = run("posters", "--out", str(tmp_path / "posters"), "--agency", agency)
    assert told.exit_code == 1 and words in told.output and "Traceback" not in told.output
    assert not (tmp_path / "posters").exists()


@pytest.fixture
def doubted(ready: Path) -> Path:
    """Twelve sealed responses in quarantine."""
    settings = config.read({"SURVEY_INSTANCE": str(ready)})
    db = design.opened(settings.database_url, settings.keys, settings.purpose)
    at = now()
    for _ in range(12):
        collect.submit(db, rated(day=at.date()), at=at, doubt=Doubt.PLACE)
    db.dispose()
    assert "12 responses sealed" in run("seal").output
    return ready


def test_what_is_in_quarantine_is_listed_released_and_counted(doubted: Path) -> None:
    today = now().date().isoformat()
    listed = run("quarantine", "list").output.splitlines()
    assert listed[1].split() == ["03646-1", today, "place", "waiting", "12", "12"]
    assert "12 responses set aside" in run("quarantine", "set-aside", "03646-1", today).output
    assert json.loads(run("report").output)["quarantine"] == {"waiting": 0, "set_aside": 12}
    released = run("quarantine", "release", "03646-1", today, "--doubt", "place")
    assert "12 responses released" in released.output
    assert json.loads(run("report").output)["quarantine"] == {"waiting": 0, "set_aside": 0}
    assert "root follows" in run("rebuild").output


@pytest.mark.parametrize("options", [("nowhere", "2026-11-23"), ("03646-1", "2020-01-01")])
def test_deciding_on_what_is_not_there_is_one_sentence(doubted: Path, options: tuple[str, str]) -> None:
    told = run("quarantine", "release", *options)
    assert told.exit_code == 1 and "survey quarantine list" in told.output and options[0] in told.output
