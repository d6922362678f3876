"""Words become a question, or say why not."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.core.errors import Invalid
from registry.board.book import Book, Name
from registry.board.question import Question, of_plain, read
from registry.board.times import Span, hear
from registry.board.words import sentence, understand

TODAY = date(2026, 11, 21)  # a Saturday
CALLED = [
    *((f"{said}{more}", Name("classes", said.lower(), said)) for said in ("Customer", "Payment") for more in ("", " data")),
    ("Meridian AI", Name("vendors", "meridian", "Meridian AI")),
    ("Kestrel Cloud", Name("vendors", "kestrel", "Kestrel Cloud")),
    ("Meridian Large EU", Name("endpoints", "mer-eu", "Meridian Large EU")),
    *((model, Name("models", model, model)) for model in ("meridian-2.1-large", "gpt-4o-mini", "gpt-4o-2024-08-06")),
    ("Claims triage assistant", Name("surfaces", "S-0418", "Claims triage assistant")),
    ("S-0418", Name("surfaces", "S-0418", "Claims triage assistant")),
    ("Claims notes", Name("surfaces", "S-0001", "Claims notes")),
    ("October report helper", Name("surfaces", "S-0002", "October report helper")),
    ("Member care", Name("teams", "care", "Member care")),
]
BOOK = Book(CALLED)


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("customer data last week", "from=2026-11-09&to=2026-11-15&class=customer"),
        (
            "which model touched payment data in October on claims triage",
            "from=2026-10-01&to=2026-10-31&class=payment&surface=S-0418",
        ),
        ("what ran without approval yesterday", "from=2026-11-20&to=2026-11-20&standing=not_approved"),
        ("What stops if Meridian stops?", "from=2026-11-15&to=2026-11-21&asks=stops&vendor=meridian"),
        ("Member care team’s calls since Monday", "from=2026-11-16&to=2026-11-21&team=care"),
        ("October report helper, last month", "from=2026-10-01&to=2026-10-31&surface=S-0002"),
        ("s-0418 on 12 Nov, as approved", "from=2026-11-12&to=2026-11-12&surface=S-0418&standing=approved"),
    ],
)
def test_words_are_read(words: str, query: str) -> None:
    found = understand(words, BOOK, TODAY)

    assert found.question is not None
    assert found.question.query() == query
    assert found.unread == ()


def test_a_family_of_models_is_meant_together() -> None:
    found = understand("gpt-4o this month", BOOK, TODAY)
    assert found.question is not None
    assert found.question.models == ("gpt-4o-2024-08-06", "gpt-4o-mini")


def test_a_time_that_is_not_named_is_assumed_and_said() -> None:
    found = understand("customer data", BOOK, TODAY)
    assert found.question is not None
    assert (found.question.start, found.question.end) == (date(2026, 11, 15), TODAY)
    assert found.assumed == ("No time was named: the last seven days, 15 to 21 November 2026.",)


def test_what_is_not_understood_is_said() -> None:
    found = understand("customer data last week on flurbs", BOOK, TODAY)
    assert found.question is not None
    assert found.unread == ("flurbs",)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("customer data except Meridian", "“except” is not understood"),
        ("customer data not on claims notes", "“not” is not understood"),
        ("customer data last week and yesterday", "Two times are named"),
        ("customer data on 31 February", "no time that there is"),
        ("customer data in 2031", "has not come yet"),
        ("good morning", "These words name no data"),
        ("what stops", "These words name no data"),
        ("what stops on claims notes", "Say which vendor, endpoint or model is to stop"),
        ("", "These words name no data"),
    ],
)
def test_what_would_be_another_question_is_not_answered(words: str, problem: str) -> None:
    found = understand(words, BOOK, TODAY)
    assert found.question is None
    assert problem in found.problem


def test_words_that_mean_several_things_ask_back() -> None:
    found = understand("claims last week", BOOK, TODAY)

    assert found.question is None
    offered = {label: question.surfaces for label, question in found.choices[0].options}
    assert offered == {
        "surface Claims triage assistant, S-0418": ("S-0418",),
        "surface Claims notes, S-0001": ("S-0001",),
    }


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("from 9 to 15 november 2026", "2026-11-09", "2026-11-15"),
        ("between 28 october and 3 november", "2026-10-28", "2026-11-03"),
        ("from october to november", "2026-10-01", "2026-11-30"),
        ("in december", "2025-12-01", "2025-12-31"),
        ("last 30 days", "2026-10-23", "2026-11-21"),
        ("past three months", "2026-08-22", "2026-11-21"),
        ("this week", "2026-11-16", "2026-11-21"),
        ("last quarter", "2026-07-01", "2026-09-30"),
        ("q4 2025", "2025-10-01", "2025-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("last monday", "2026-11-16", "2026-11-16"),
        ("november 12th", "2026-11-12", "2026-11-12"),
        ("since october", "2026-10-01", "2026-11-21"),
    ],
)
def test_days_are_heard(words: str, start: str, end: str) -> None:
    assert [each.span for each in hear(words, TODAY)] == [Span(date.fromisoformat(start), date.fromisoformat(end))]


names = st.sampled_from
few = st.integers(0, 2)
questions = st.builds(
    lambda start, days, classes, surfaces, models, teams, standings: Question(
        start,
        min(TODAY, date.fromordinal(start.toordinal() + days)),
        "touched",
        classes,
        surfaces,
        models,
        (),
        teams,
        (),
        standings,
    ),
    st.dates(date(2024, 1, 1), TODAY),
    st.integers(0, 400),
    names([(), ("customer",), ("customer", "payment")]),
    names([(), ("S-0418",), ("S-0001", "S-0002")]),
    names([(), ("gpt-4o-mini",), ("gpt-4o-mini", "meridian-2.1-large")]),
    names([(), ("care",)]),
    names([(), ("not_approved",), ("approved",), ("unknown",)]),
)


@settings(max_examples=60, deadline=None)
@given(questions)
def test_a_question_said_in_words_is_the_same_question_again(question: Question) -> None:
    found = understand(sentence(question, BOOK.labels), BOOK, TODAY)

    assert found.question == question
    assert found.unread == ()


@settings(max_examples=60, deadline=None)
@given(questions)
def test_an_address_and_plain_data_keep_a_question(question: Question) -> None:
    assert read(question.params(), TODAY) == question
    assert of_plain(question.plain() | {"start": question.start.isoformat(), "end": question.end.isoformat()}) == question


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_no_words_break_it(words: str) -> None:
    found = understand(words, BOOK, TODAY)
    assert (found.question is not None) == (not found.problem and not found.choices)


def test_names_between_commas_are_several() -> None:
    question = read({"surface": ["s-1, S-0418"], "model": ["a", "b,a"]}, TODAY)
    assert (question.surfaces, question.models) == (("S-0001", "S-0418"), ("a", "b"))


def test_what_stops_is_read_back_as_well() -> None:
    for vendors, models in product([("meridian",), ("kestrel", "meridian")], [(), ("gpt-4o-mini",)]):
        question = Question(TODAY, TODAY, "stops", vendors=vendors, models=models)
        assert understand(sentence(question, BOOK.labels), BOOK, TODAY).question == question


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"from": ["9.11.2026"]}, "from"),
        ({"from": ["2026-11-15"], "to": ["2026-11-09"]}, "to"),
        ({"from": ["2026-12-01"]}, "from"),
        ({"from": ["2020-01-01"], "to": ["2026-11-01"]}, "from"),
        ({"standing": ["fine"]}, "standing"),
        ({"asks": ["why"]}, "asks"),
        ({"asks": ["stops"]}, "vendor"),
        ({"model": [f"m{number}" for number in range(51)]}, "model"),
    ],
)
def test_an_address_that_cannot_be_asked_says_what_is_wrong(given_: dict[str, list[str]], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(given_, TODAY)
    assert list(refused.value.fields) == [field]
