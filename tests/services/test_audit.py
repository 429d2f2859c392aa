"""The trail: nobody changes an entry, every act that must be in it is, and each has words."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Executable, delete, select, update
from sqlalchemy.exc import DBAPIError

from messages.entries import ACTS, act_name
from messages.speech import LOCALES, speaking
from services import rosters
from storage import audit
from storage.database import Database, Transaction
from storage.tables import AuditEntry
from tests.services.study import NOW, found_study
from tests.services.test_rosters import DAY, FIRST, roster

ROOT = Path(__file__).parents[2]
WRITES = frozenset({"insert", "update", "delete", "upsert", "upsert_on"})

# Acts of people that change rows and leave no entry; whatever else leaves none is a mistake.
OWN = """
    attendance.arrive
    checkins.check_in
    checkins.undo
    intents.complete
    leaves.ask
    leaves.ask_span
    leaves.withdraw
    preferences.choose_language
    preferences.choose_muted
    preferences.choose_private
    preferences.choose_quiet
    rsvps.answer
"""  # their own word about themselves, kept with its time in its own row
PIECES = """
    reflections.add_file
    reflections.begin
    reflections.discard
    reflections.go_on
    reflections.hand_in
    reflections.hand_in_text
    reflections.rewrite
    reflections.set_visibility
    reflections.write
"""  # what they write; what readers decide about it is noted
DRAFTS = """
    activity_drafts.begin
    activity_drafts.compose
    activity_drafts.discard
    activity_drafts.next_unit
    activity_drafts.reword
    activity_drafts.set_kind
    activity_drafts.set_repeat
    activity_drafts.set_time
    topic_drafts.add_attachment
    topic_drafts.begin
    topic_drafts.discard
    topic_drafts.from_form
    topic_drafts.set_audience
    topic_drafts.set_lead
    topic_drafts.set_text
    topic_drafts.set_times
    topic_drafts.set_title
"""  # what nobody sees yet; publishing it is noted
UNNOTED = frozenset(f"services.{name}" for name in f"{OWN} {PIECES} {DRAFTS}".split())


@dataclass
class Function:
    """A function of services or storage, by what it calls."""

    name: str
    acts: bool
    writes: bool
    calls: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)


def functions() -> dict[str, Function]:
    found: dict[str, Function] = {}
    for room in ("services", "storage"):
        for path in sorted((ROOT / room).glob("*.py")):
            found |= {
                one.name: one for one in _functions(f"{room}.{path.stem}", ast.parse(path.read_text("utf-8")))
            }
    return found


def _functions(module: str, tree: ast.Module) -> Iterator[Function]:
    names = _imported(tree) | {
        node.name: f"{module}.{node.name}" for node in tree.body if isinstance(node, ast.FunctionDef)
    }
    prepared = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and _spelt(node.value) & WRITES
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            writes = module.startswith("storage") and bool(_spelt(node) & WRITES or used & prepared)
            one = Function(f"{module}.{node.name}", _is_act(module, node), writes)
            one.calls = {names[name] for name in used if name in names} | {
                f"{names[call.value.id]}.{call.attr}"
                for call in ast.walk(node)
                if isinstance(call, ast.Attribute)
                and isinstance(call.value, ast.Name)
                and call.value.id in names
            }
            yield one


def _imported(tree: ast.Module) -> dict[str, str]:
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _spelt(node: ast.AST) -> set[str]:
    return {
        one.func.id for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)
    }


def _is_act(module: str, node: ast.FunctionDef) -> bool:
    """A public function of services in which somebody acts."""
    kinds = {ast.unparse(arg.annotation) for arg in node.args.args if arg.annotation}
    return (
        module.startswith("services")
        and not node.name.startswith("_")
        and bool(kinds & {"Actor", "Actor | None"})
    )


def reached(name: str, known: Mapping[str, Function]) -> set[str]:
    seen: set[str] = set()
    todo = [name]
    while todo:
        here = todo.pop()
        if here not in seen and here in known:
            seen.add(here)
            todo.extend(known[here].calls)
    return seen


def silent(known: Mapping[str, Function]) -> set[str]:
    """Acts that change rows and leave no entry."""
    return {
        name
        for name, one in known.items()
        if one.acts
        and any(known[other].writes for other in reached(name, known) - {"storage.audit.note"})
        and "storage.audit.note" not in reached(name, known)
    }


def test_every_act_leaves_an_entry_or_says_why_not() -> None:
    assert silent(functions()) == UNNOTED


def noted() -> set[str]:
    """Every act that the code names when it notes one."""
    found: set[str] = set()
    for room in ("services", "storage"):
        for path in sorted((ROOT / room).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.note", "note", "_note"}:
                    found |= {
                        arg.value
                        for arg in node.args[2:3]
                        if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                    }
    return found


def test_every_act_has_words_in_both_languages() -> None:
    codes = noted()
    assert {"erased", "imported", "joined", "topic_published"} <= codes
    assert codes - set(ACTS) == set()
    for locale in LOCALES:
        with speaking(locale):
            said = [act_name(code) for code in ACTS]
            assert len(set(said)) == len(said)


def tampers(tx: Transaction, statement: Executable) -> None:
    tx.execute(statement)


def test_nobody_changes_or_deletes_an_entry(database: Database) -> None:
    database.write_now(audit.note, None, "bound", "chat", 1, NOW)
    for statement in (update(AuditEntry).values(act="nothing"), delete(AuditEntry)):
        with pytest.raises(DBAPIError, match="the trail is append-only"):
            database.write_now(tampers, statement)
    kept = database.read_now(lambda tx: tx.execute(select(AuditEntry.act)).scalars().all())
    assert kept == ["bound"]


def test_a_roster_leaves_an_entry_for_each_membership_standing_role_and_account(database: Database) -> None:
    def acts(tx: Transaction) -> list[str]:
        return sorted(tx.execute(select(AuditEntry.act)).scalars())

    database.write_now(rosters.import_roster, FIRST, False, DAY, NOW)
    first = database.read_now(acts)
    assert {one: first.count(one) for one in set(first)} == {
        "imported": 1,
        "roster_member": 4,
        "roster_role": 3,
        "roster_account": 2,
    }
    changed = roster("王芳 书记 正式 2001-07-01 - 10001 A1", "张伟 - 正式 2026-07-01")
    database.write_now(rosters.import_roster, changed, True, DAY, NOW)
    then = database.read_now(acts)
    assert then.count("roster_standing") == 1
    assert then.count("imported") == 2
    assert then.count("roster_left") + then.count("roster_role_ended") == len(then) - len(first) - 2


def test_an_entry_says_from_which_chat(database: Database) -> None:
    def story(tx: Transaction) -> None:
        study = found_study(tx)
        private = study.private_of(tx, "王芳")
        with audit.said_in(audit.Room("telegram", 42, private.platform_chat_id, 0)):
            audit.note(tx, study.people["王芳"], "invited", "link", 1, NOW)
        audit.note(tx, None, "invited", "link", 2, NOW)
        with audit.said_in(audit.Room("telegram", 42, 777, 0)):  # one that nobody met
            audit.note(tx, None, "invited", "link", 3, NOW)
        found = tx.execute(select(AuditEntry.chat_id).order_by(AuditEntry.id)).scalars().all()
        assert found == [private.chat, None, None]

    database.write_now(story)
