"""One hash for contracts that mean the same, another for those that do not."""

import copy
import hashlib
import json
import random

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from registry.contracts.canonical import canonical, fingerprint, normal
from registry.contracts.shape import schema
from registry.contracts.validate import accept, validate
from tests.registry.contracts.drawn import contracts

EXAMPLE = schema()["examples"][0]


def shuffled(value, order: random.Random):
    """The same value with the names of its groups in another order."""
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(one, order) for one in value] if isinstance(value, list) else value


@given(contracts())
def test_normalising_twice_changes_nothing_more(contract):
    assert normal(normal(contract)) == normal(contract)


@given(contracts(), st.randoms(use_true_random=False))
def test_the_order_of_names_does_not_matter(contract, order):
    assert fingerprint(shuffled(contract, order)) == fingerprint(contract)


@given(contracts())
def test_a_sound_contract_stays_sound_when_normalised(contract):
    kept, problems = accept(contract)
    assert problems == [] and validate(kept) == []


@given(contracts())
def test_the_bytes_are_rfc_8785_and_survive_storage(contract):
    stored = json.loads(json.dumps(normal(contract)))
    assert canonical(stored) == canonical(contract) == rfc8785.dumps(stored)


def test_the_hash_is_sha256_over_the_bytes():
    assert fingerprint(EXAMPLE) == hashlib.sha256(canonical(EXAMPLE)).hexdigest()


def test_sets_have_no_order_and_routes_have():
    turned = copy.deepcopy(EXAMPLE)
    turned["inputs"]["data_classes"].reverse()
    turned["authority"]["tools"].reverse()
    turned["auditability"]["fields"].reverse()
    turned["kill_switch"]["rungs"].reverse()
    assert fingerprint(turned) == fingerprint(EXAMPLE)
    turned["routes"].reverse()
    assert fingerprint(turned) != fingerprint(EXAMPLE)


def test_what_a_browser_does_to_text_does_not_change_the_hash():
    one = {"notes": "Caf\u00e9, first line\nsecond line", "prompts": []}
    other = {"notes": "  Cafe\u0301, first line  \r\nsecond line\r\n", "inputs": {"description": "", "never": [""]}}
    assert fingerprint(one) == fingerprint(other)


def test_the_words_of_a_prompt_are_kept_to_the_character():
    words = "  Be brief. \n\tCafe\u0301 "
    kept = normal({"prompts": [{"key": "triage", "text": words.replace("\n", "\r\n")}]})["prompts"][0]
    assert kept["text"] == words
    assert kept["sha256"] == hashlib.sha256(words.encode()).hexdigest()


def test_a_whole_number_is_one_number_however_it_is_written():
    assert fingerprint({"budget": {"amount": 2000.0}}) == fingerprint({"budget": {"amount": 2000}})


def test_false_and_absent_are_the_same_where_the_schema_says_so():
    def held(**more):
        return fingerprint({"authority": {"tools": [{"key": "mail.send", "effect": "write", **more}]}})

    assert held(approval=False) == held() != held(approval=True)


def test_the_schema_version_is_part_of_what_is_approved():
    assert normal({}) == {"schema": "contract-v1"}
