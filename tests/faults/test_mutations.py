"""The list of mutations is about the code as it stands; whether each goes red is for `make faults` to see."""

from pathlib import Path

import pytest

from tests.faults.mutations import MUTATIONS, ROOT, Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: str(one.name))
def test_each_protection_stands_where_the_list_says(mutation: Mutation) -> None:
    source = (ROOT / mutation.path).read_text(encoding="utf-8")
    assert source.count(mutation.old) == 1
    compile(source.replace(mutation.old, mutation.new), mutation.path, "exec")


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: str(one.name))
def test_each_has_a_test(mutation: Mutation) -> None:
    file, _, name = mutation.test.partition("::")
    assert f"def {name.partition('[')[0]}(" in Path(ROOT, file).read_text(encoding="utf-8")


def test_no_two_have_one_name() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)
