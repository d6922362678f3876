"""What changes is told in the words of the domain, whole, in a stable order, with what it widens."""
# ruff: noqa: E501 - tables of cases, one a line

import copy

import pytest
from hypothesis import given

from registry.contracts.canonical import normal
from registry.contracts.diff import diff
from registry.contracts.facts import Names
from registry.contracts.shape import parts, schema
from tests.registry.contracts.drawn import contracts

EXAMPLE = schema()["examples"][0]


def after(change, names=None):
    new = copy.deepcopy(EXAMPLE)
    change(new)
    return diff(EXAMPLE, new, names)


CASES = [
    (lambda c: c["inputs"]["data_classes"].append({"key": "secret", "handling": "redacted"}), "data class secret added to inputs, only redacted", "data", "data"),
    (lambda c: c["inputs"]["data_classes"].pop(0), "data class customer removed from inputs", "data", None),
    (lambda c: c["inputs"]["data_classes"][2].update(handling="plain"), "data class regulated: handling changed from only redacted to as it is", "data", "data"),
    (lambda c: c["inputs"].pop("never"), "inputs, never: “Free-text clinical notes” removed", "data", "data"),
    (lambda c: c["inputs"]["sources"].append("Mail"), "inputs, sources of input: “Mail” added", "data", "data"),
    (lambda c: c["outputs"].update(audience="customer"), "outputs, audience changed from our own people to customers", "output", "reach"),
    (lambda c: c["outputs"].update(audience="nobody"), "outputs, audience changed from our own people to nobody", "output", None),
    (lambda c: c["outputs"].update(decision="makes"), "outputs, part in decisions about people changed from it supports a decision to it decides", "output", "authority"),
    (lambda c: c["outputs"]["max_length"].update(count=80), "outputs, longest output changed from 60 words to 80 words", "output", None),
    (lambda c: c["authority"]["tools"].append({"key": "pay", "effect": "irreversible"}), "tool pay added (cannot be undone)", "tool", "authority"),
    (lambda c: c["authority"]["tools"].pop(0), "tool claims.read removed", "tool", None),
    (lambda c: c["authority"]["tools"][0].update(effect="write"), "tool claims.read: effect changed from reads to writes", "tool", "authority"),
    (lambda c: c["authority"]["tools"][0].update(limits="All"), "tool claims.read: limits changed from “Own region, open claims” to All", "tool", "authority"),
    (lambda c: c["fallback"].pop("slow"), "fallback, too slow removed, was Rules or templates, Rules engine of 2024, after 8 seconds", "fallback", "safeguards"),
    (lambda c: c["auditability"]["fields"].remove("trace"), "auditability, logged: “Full trace” removed", "logging", "safeguards"),
    (lambda c: c["auditability"].update(retention_days=30), "auditability, kept for, days changed from 2,555 to 30", "logging", "safeguards"),
    (lambda c: c["auditability"].update(raw_text="full"), "auditability, raw text changed from not kept to kept in full", "logging", "data"),
    (lambda c: c["routes"].append({"endpoint": "meridian-eu", "role": "fallback"}), "endpoint meridian-eu added as fallback", "model", "models"),
    (lambda c: c["routes"][0].update(endpoint="meridian-2"), "primary endpoint meridian-large-eu replaced by meridian-2", "model", "models"),
    (lambda c: c["routes"].pop(1), "endpoint meridian-small-eu removed as safer", "model", None),
    (lambda c: c["routes"][0].update(condition="Small claims"), "endpoint meridian-large-eu: condition set to “Small claims”", "routing", None),
    (lambda c: c["routes"].reverse(), "order of routes changed to meridian-small-eu, meridian-large-eu", "routing", None),
    (lambda c: c["prompts"][0].update(version="v32"), "prompt triage v31 to v32", "prompt", None),
    (lambda c: c["prompts"].append({"key": "tone", "version": "v1", "text": "Be brief."}), "prompt tone v1 added", "prompt", None),
    (lambda c: c["retrieval"][0].update(snapshot="2026-11-01"), "retrieval source plan-documents: snapshot or index version changed from 2026-10-01 to 2026-11-01", "retrieval", None),
    (lambda c: c["retrieval"].append({"key": "wiki"}), "retrieval source wiki added", "retrieval", "data"),
    (lambda c: c["evals"][0].update(threshold=0.9), "eval injection-resistance: threshold changed from 0.97 to 0.9", "eval", "safeguards"),
    (lambda c: c["evals"].pop(), "eval triage-accuracy need not pass any more", "eval", "safeguards"),
    (lambda c: c["budget"].update(amount=2600, soft_percent=61.5384615), "budget hard limit 2,000 to 2,600 EUR a month", "budget", "spend"),
    (lambda c: c["budget"].update(period="week"), "budget hard limit 2,000 EUR a month to 2,000 EUR a week", "budget", "spend"),
    (lambda c: c.pop("budget"), "budget hard limit removed, was 2,000 EUR a month", "budget", "spend"),
    (lambda c: c["kill_switch"]["rungs"].remove("off"), "kill switch, rungs: “Off” removed", "recovery", "safeguards"),
    (lambda c: c["rollback"].update(target="12"), "rollback, to which revision changed from previous to 12", "recovery", None),
    (lambda c: c["limits"].update(steps=12), "limits of one run, steps changed from 6 to 12", "limits", "authority"),
    (lambda c: c["limits"]["spend"].update(amount=1), "limits of one run, spend changed from 0.2 EUR to 1 EUR", "limits", "spend"),
    (lambda c: c["human_review"].update(when="sampled"), "human review, when changed from always to a sample", "oversight", "safeguards"),
    (lambda c: c.update(notes="New"), "notes set to New", "wording", None),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sentence", "kind", "area"), CASES, ids=[sentence for _, sentence, _, _ in CASES])
def test_one_change_is_one_sentence(change, sentence, kind, area):
    found = after(change)
    assert found.differences[0].sentence == sentence
    assert kind in found.kinds
    assert [one.area for one in found.expansions] == ([area] if area else [])
    assert found.widens() is bool(area) and (not area or found.widens(area))
    assert len(found.changed_parts) == 1 and len(found.unchanged_parts) == len(parts()) - 1


@given(contracts())
def test_a_contract_does_not_differ_from_itself(contract):
    found = diff(contract, normal(contract))
    assert not list(found) and len(found) == 0 and not found.kinds and len(found.unchanged_parts) == len(parts())


@given(contracts(), contracts())
def test_every_changed_part_is_told_of_and_no_other(old, new):
    found = diff(old, new)
    assert {one.part for one in found} == set(found.changed_parts)
    assert [part for part, _, _ in found.groups()] == list(found.changed_parts)
    silent = [one for one in found if not (one.sentence and one.kinds and (one.before != one.after or one.note))]
    assert silent == []
    assert diff(old, new) == found


@given(contracts(), contracts())
def test_segments_hold_both_texts(old, new):
    for one in diff(old, new):
        if one.segments and one.part != "prompts":
            assert "".join(piece.text for piece in one.segments if piece.kind != "ins") == one.before
            assert "".join(piece.text for piece in one.segments if piece.kind != "del") == one.after


def test_the_words_of_a_prompt_are_compared_word_by_word():
    old = {"prompts": [{"key": "payout", "version": "v12", "text": "Prepare payouts. Never release a payment."}]}
    new = {"prompts": [{"key": "payout", "version": "v13", "text": "Prepare payouts. Release a payment up to 500 EUR."}]}
    (one,) = diff(old, new)
    assert one.sentence == "prompt payout v12 to v13"
    assert [piece.kind for piece in one.segments][:1] == ["same"] and {piece.kind for piece in one.segments} == {
        "same",
        "ins",
        "del",
    }


def test_words_that_change_under_the_same_version_are_pointed_at():
    old = {"prompts": [{"key": "payout", "version": "v12", "text": "One."}]}
    new = {"prompts": [{"key": "payout", "version": "v12", "text": "Two."}]}
    assert diff(old, new).differences[0].note == "The words changed, the version did not."


def test_names_are_used_where_they_are_known():
    names = Names(
        endpoints={"meridian-eu": "Meridian 2.1, eu-central"},
        people={"p_4f1d2c9a8b7e6d50": "Noor Haddad", "a@b.c": "Ada"},
    )
    added = after(lambda c: c["routes"].append({"endpoint": "meridian-eu", "role": "fallback"}), names)
    assert added.differences[0].sentence == "endpoint Meridian 2.1, eu-central added as fallback"
    owner = after(lambda c: c["budget"].update(owner="a@b.c"), names)
    assert owner.differences[0].sentence == "budget, owner changed from “Noor Haddad” to Ada"


def test_an_endpoint_that_was_approved_before_is_no_further_model():
    found = after(lambda c: c["routes"].append({"endpoint": "meridian-small-eu", "role": "fallback"}))
    assert found.kinds == ("routing",) and not found.widens("models")


def test_raising_only_the_share_at_which_it_stops_is_told_as_money():
    found = after(lambda c: c["budget"].update(hard_percent=130))
    assert [one.sentence for one in found] == ["budget hard limit 2,000 to 2,600 EUR a month"]
