"""A contract reads as sentences, on a page and on the spec sheet."""

from hypothesis import given

from registry.contracts.buyer import Beside, five_questions
from registry.contracts.facts import Names
from registry.contracts.render import five_parts, years
from registry.contracts.shape import schema
from tests.registry.contracts.drawn import contracts

EXAMPLE = schema()["examples"][0]


def test_the_five_questions_are_answered_from_the_contract():
    beside = Beside(
        names=Names(endpoints={"meridian-large-eu": "meridian-2.1-large"}),
        endpoints={"meridian-large-eu": "Meridian AI, region eu-central, our own account"},
        vendor_terms=["No training on our data; vendor keeps 30 days"],
        approvers=["Engineering", "Security", "Legal", "Compliance"],
        proposers="Claims engineering",
        previous=13,
    )
    model, data, logs, prompts, back = five_questions(EXAMPLE, beside)
    assert model.text.startswith(
        "meridian-2.1-large, Meridian AI, region eu-central, our own account. Safer model: meridian-small-eu."
    )
    assert (
        "Classes: customer, personal, regulated, redacted. Never free-text clinical notes. No training on our data" in data.text
    )
    assert "Immutable, kept for seven years. Raw text is not kept." in logs.text
    assert "Claims engineering proposes. Engineering, Security, Legal and Compliance approve one hash" in prompts.text
    assert back.text.startswith("To revision 13, by claims on call or surface owner.")
    assert [run.text for run in back.sentences[-1] if run.strong] == ["6 October 2026, off in 41 seconds"]


def test_what_nobody_said_is_not_made_up():
    assert [answer.text for answer in five_questions({})] == ["Not said yet."] * 5
    assert not any(answer.is_answered for answer in five_questions({}))


def test_the_five_parts_have_words_chips_and_lines():
    inputs, outputs, authority, fallback, audit = five_parts(EXAMPLE, Names(data_classes={"customer": "Customer"}))
    assert inputs.chips == ("Customer", "personal", "regulated, redacted") and inputs.lines == (
        "Never: free-text clinical notes.",
    )
    assert outputs.chips == ("Our own people", "it supports a decision", "at most 60 words")
    assert authority.chips == ("claims.read", "policy.search")
    assert fallback.lines[0] == "Vendor is down: rules or templates, Rules engine of 2024."
    assert "Kept for seven years." in audit.lines


def test_days_are_said_as_people_say_them():
    assert [years(days) for days in (0, 1, 30, 365, 2555, 4000)] == [
        "no time",
        "1 day",
        "30 days",
        "one year",
        "seven years",
        "4,000 days",
    ]


@given(contracts())
def test_any_contract_reads(contract):
    assert len(five_parts(contract)) == len(five_questions(contract)) == 5
    assert all(answer.text for answer in five_questions(contract))
