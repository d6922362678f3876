"""plumbline.yaml: read safely, written back the same, wrong in words with a line."""
# ruff: noqa: E501 - tables of cases, one a line

import copy
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from registry.contracts import plainyaml, plumbfile
from registry.contracts.canonical import fingerprint, normal
from registry.contracts.plumbfile import from_yaml, to_yaml
from registry.contracts.shape import schema
from tests.registry.contracts.drawn import contracts

EXAMPLE = schema()["examples"][0]


@given(contracts())
def test_a_contract_survives_the_round_trip(contract):
    read = from_yaml(to_yaml(contract, surface="S-0418"))
    assert read.problems == () and read.surface == "S-0418"
    assert normal(read.contract) == normal(contract)
    assert from_yaml(to_yaml(contract).encode()).is_sound


def test_what_people_type_is_read_as_they_mean_it():
    read = from_yaml(
        "plumbline: 1\ncontract:\n  retrieval:\n  - key: docs\n    snapshot: 2026-10-01\n  notes: no\n  budget: {amount: 1.5}\n  routes:\n"
    )
    assert read.problems == ()
    assert read.contract == {
        "retrieval": [{"key": "docs", "snapshot": "2026-10-01"}],
        "notes": "no",
        "budget": {"amount": 1.5},
    }


def test_a_long_prompt_is_a_block_that_a_person_can_edit():
    contract = copy.deepcopy(EXAMPLE)
    contract["prompts"] = [{"key": "triage", "version": "v1", "held": "here", "text": "You sort claims.\nNever deny one.\n"}]
    written = to_yaml(contract)
    assert "    text: |\n      You sort claims.\n      Never deny one.\n" in written
    assert fingerprint(from_yaml(written).contract) == fingerprint(contract)


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("plumbline: 1\ncontract:\n  outputs:\n    audience: everyone", 4, "cannot be “everyone”"),
        ("plumbline: 1\ncontract:\n  rollback:\n    target: 13", 4, "must be text"),
        ("plumbline: 1\ncontract:\n  inputs:\n    data_classes:\n    - key: customer", 5, "lacks its handling"),
        ("plumbline: 1\ncontract:\n  inputz: {}", 3, "Did you mean inputs?"),
        ("plumbline: 2\ncontract: {}", 1, "Write plumbline: 1."),
        ("plumbline: 1", 1, "holds no contract"),
        ("plumbline: 1\nsurface: [S-1]\ncontract: {}", 2, "not a key"),
        ("plumbline: 1\nowner: me\ncontract: {}", 2, "no field “owner”"),
        ("plumbline: 1\ncontract:\n  notes: a\n  notes: b", 4, "stands twice"),
        ("- 1", 1, "not a group of named fields"),
        ("", 1, "The file is empty."),
        ("a: b: c", 1, "cannot be read as YAML"),
        ("plumbline: 1\ncontract: {}\n---\nplumbline: 1", 3, "more than one document"),
        ("? [a]\n: 1", 1, "not plain text"),
    ],
)
def test_what_is_wrong_has_its_line(source, line, says):
    (found,) = from_yaml(source).problems
    assert found.line == line and says in str(found) and str(found).startswith(f"Line {line}: ")


BOMB = "a: &a [x, x]\n" + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(20))
HOSTILE = [
    BOMB, "plumbline: 1\ncontract: !!python/object/apply:os.system [ls]", "[" * 100_000, "{" * 300_000, "x" * 5_000_000, "a\x00b", "\ud800",
    b"\xff\xfe\x00", b"\x80abc", "a: 1\n" * 100_000, "plumbline: 1\ncontract:\n  <<: {notes: x}", "plumbline: 1\ncontract: {notes: \"\\0\"}",
    "- " * 50_000, "%YAML 9.9\n---\na: 1", "\t- a", "? {a: b}\n: 1", "plumbline: 1\ncontract:\n  limits: {steps: " + "9" * 5_000 + "}", "&a",
]  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_files_are_refused_in_words_and_quickly(source):
    start = time.perf_counter()
    read = from_yaml(source)
    assert time.perf_counter() - start < 3
    assert read.problems and read.contract == {}
    assert all(found.message and found.fix and len(str(found)) < 1_000 for found in read.problems)


BREAKS = "\n\r\t \x85\u2028\u2029\ufeff:#-|>'\"{}[]&*!%@`,?~yes no null 01.eE+"
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from(BREAKS), max_size=30)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example("a\n\x85b")
@example(" a \nb\n\n")
@example("a\r\nb")
def test_any_text_is_written_so_that_it_reads_back_the_same(text: str) -> None:
    held = {"rows": [{"said": text}]}
    assert plainyaml.read(plumbfile.written(held))[0] == held
