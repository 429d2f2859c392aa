"""The house rules that import-linter cannot see."""

import ast
import configparser
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    """Each module a file imports, by its full dotted name; `from a import b` gives a and a.b."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_files(*rooms: str) -> list[Path]:
    return [file for file in FILES if file.relative_to(ROOT).parts[0] in rooms]


def test_every_room_is_known_to_the_linter_the_wheel_and_the_type_checker() -> None:
    linter = configparser.ConfigParser()
    linter.read(ROOT / ".importlinter", encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert sorted(linter["importlinter"]["root_packages"].split()) == ROOMS
    assert sorted(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == ROOMS
    assert sorted(project["tool"]["mypy"]["packages"]) == sorted([*ROOMS, "tests"])


@pytest.mark.parametrize("file", room_files("domain"), ids=lambda file: file.name)
def test_rules_know_the_standard_library_dateutil_and_themselves(file: Path) -> None:
    allowed = sys.stdlib_module_names | {"dateutil", "domain"}
    assert {name.partition(".")[0] for name in imports(file)} <= allowed


def test_nothing_is_imported_by_a_name_made_at_run_time() -> None:
    tricks = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and node.id == "__import__")
        or (isinstance(node, ast.Import) and any(_is_importlib(alias.name) for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and _is_importlib(node.module or ""))
    ]
    assert tricks == []


def test_what_deliveries_name_is_never_deleted() -> None:
    """They name causes and chats without foreign keys: docs/decisions/0014."""
    rows = r"chats|occurrences|people|units|Chat|Occurrence|Person|Unit"
    deleting = re.compile(rf"\bdelete\(({rows})(\.__table__)?\)|\b({rows})\.__table__\.delete\(")
    assert [file.name for file in room_files("storage") if deleting.search(file.read_text("utf-8"))] == []


def test_the_edges_know_of_storage_only_the_database() -> None:
    strays = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in room_files("handlers", "scheduling", "web")
        for name in imports(file)
        if name.partition(".")[0] == "storage" and not f"{name}.".startswith("storage.database.")
    ]
    assert strays == []


def _is_importlib(module: str) -> bool:
    """Package data and versions are read through importlib too; that imports no code."""
    part_of = module.partition(".")[0] == "importlib"
    return part_of and not module.startswith(("importlib.metadata", "importlib.resources"))
