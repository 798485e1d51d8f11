"""The documents are true to the code: links lead somewhere, names exist, nothing that can be set is untold."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from survey.cli import COMMANDS

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")


def names_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=names_of)
def test_every_link_within_the_project_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    inner = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in inner if not (document.parent / link).exists()] == []


def test_every_setting_is_in_the_table_of_operations() -> None:
    code = (ROOT / "survey" / "config.py").read_text(encoding="utf-8")
    named = set(re.findall(r'"((?:SURVEY|DEMO|DATABASE)_[A-Z_]+)"', code))
    named |= {f"SURVEY_{name.upper()}" for name in import_module("survey.config").SECRETS}
    assert len(named) >= 9
    assert sorted(name for name in named if f"| `{name}` |" not in OPERATIONS) == []


def test_every_setting_that_operations_tells_of_exists() -> None:
    sources = [ROOT / "survey" / "config.py", ROOT / "run", ROOT / "bin" / "platform.sh"]
    code = "".join(file.read_text(encoding="utf-8") for file in sources)
    for name in re.findall(r"^\| `([A-Z_]+)` \|", OPERATIONS, re.MULTILINE):
        secret = name.removeprefix("SURVEY_").lower() in import_module("survey.config").SECRETS
        assert secret or name in code, name


def test_every_command_is_in_operations() -> None:
    assert sorted(name for name in COMMANDS if f"`survey {name}" not in OPERATIONS) == []


def _code_of_the_glossary() -> list[str]:
    """What the last column of its tables names."""
    rows = [line.strip("| \n").split(" | ") for line in GLOSSARY.splitlines() if line.startswith("| ")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row[-1])]


def _exists(name: str, context: dict[str, object]) -> bool:
    """Whether `name` is a file, module.attribute or, after one was met, Class.attribute or a sibling."""
    if (ROOT / "survey" / name).exists():
        return True
    first, *rest = name.split(".")
    for place in (f"survey.{first}", f"survey.store.{first}"):
        if rest and find_spec(place):
            module = import_module(place)
            context.update(vars(module))
            return hasattr(module, rest[0])
    found = context.get(first)
    fields = getattr(found, "__dataclass_fields__", {})
    return found is not None and (not rest or hasattr(found, rest[0]) or rest[0] in fields)


def test_every_name_of_the_glossary_exists_in_the_code() -> None:
    names = _code_of_the_glossary()
    assert len(names) > 40
    met: dict[str, object] = {}
    for name in names:  # modules first, so that a class may stand by itself in any row
        _exists(name, met)
    assert [name for name in names if not _exists(name, met)] == []


def test_every_module_has_its_place_on_the_map() -> None:
    map_ = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = {path.stem for path in (ROOT / "survey").glob("[a-z]*.py")}
    modules |= {path.name for path in (ROOT / "survey").iterdir() if (path / "__init__.py").exists()}
    assert sorted(name for name in modules if not re.search(rf"\b{name}\b", map_)) == []


def test_every_test_that_the_map_names_exists() -> None:
    map_ = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)`", map_)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in sorted(folder.glob("0*.md")) if f"({path.name})" not in index] == []
