"""What the board is answered: gaps first, with who approved the rest, and never more than its reader may see."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from governance.core import clock, digest
from governance.core.errors import Denied, Invalid
from governance.ledger.models import Entry
from registry.board import actions, answers, queries
from registry.board.models import BoardAnswer
from registry.board.telling import headline
from registry.surfaces.models import Surface
from registry.usage.models import Observation, UsagePath
from tests.registry.board.conftest import week
from tests.registry.building import make_surface
from tests.registry.usage.observing import call, deliver


def test_gaps_come_first_and_approved_lines_say_who_approved(world: Any, seen: Surface) -> None:
    content = answers.answer(week(), world.ada).content

    assert [(line["standing"], line["calls"]) for line in content["lines"]] == [
        ("not_approved", 2), ("not_approved", 1), ("approved", 3)
    ]  # fmt: skip
    drifted, unknown, approved = content["lines"]
    assert drifted["region"] == "us-east"
    assert any(reason.startswith("region_not_in_revision") for reason in drifted["reasons"])
    assert (unknown["surface"], unknown["named"], unknown["model"], unknown["owner"]) == (None, "notes-helper", "lumen-1", "")
    assert approved["vendor"] == {"key": "meridian", "name": "Meridian AI"}
    assert approved["owner"] == world.noor.ref
    assert approved["revision"] == {"number": 1, "sha256": seen.in_force.digest}  # type: ignore[union-attr]
    yes = approved["approval"]["people"][0]
    assert (yes["person"], yes["position"]) == (world.sam.ref, "Team lead")
    assert Entry.objects.get(seq=yes["entry"]).digest == yes["entry_sha256"]
    assert content["totals"]["calls"] == 6
    assert (content["totals"]["models"], content["totals"]["surfaces"]) == (2, 1)
    assert headline(content) == [
        ("Two models ran, on three paths, 6 times.", False),
        ("One path, 50.0 % of calls, ran as approved.", False),
        ("Two paths, 3 calls, had no approval.", True),
    ]


NARROWED: tuple[tuple[dict[str, Any], int], ...] = (
    ({"classes": ("customer",)}, 3),
    ({"classes": ("customer", "internal")}, 6),
    ({"models": ("lumen-1",)}, 1),
    ({"models": ("meridian-2.1-large",)}, 5),
    ({"vendors": ("meridian",)}, 3),
    ({"standings": ("not_approved",)}, 3),
    ({"teams": ("claims",)}, 5),
    ({"teams": ("support",)}, 0),
    ({"endpoints": ("meridian-large-eu",), "classes": ("customer",)}, 0),
)


def test_a_question_is_narrowed(world: Any, seen: Surface) -> None:
    for parts, calls in NARROWED:
        content = answers.answer(week(**parts), world.ada, blind_spots=False).content
        assert content["totals"]["calls"] == calls, parts


def test_a_reader_is_answered_for_what_they_see_and_told_so(world: Any, seen: Surface) -> None:
    for person, calls, whole in ((world.ada, 6, True), (world.aud, 6, True), (world.noor, 5, False), (world.ben, 0, False)):
        content = answers.answer(week(), person).content
        assert (content["totals"]["calls"], content["whole"]) == (calls, whole)
    with pytest.raises(Invalid, match="not there for you"):
        answers.answer(week(surfaces=(seen.key,)), world.ben)


def test_what_stops_is_foreseen_beside_what_ran(world: Any, seen: Surface) -> None:
    content = answers.answer(week(asks="stops", vendors=("meridian",)), world.ada).content

    line = content["lines"][0]
    assert (line["surface"]["key"], line["works"], line["gone"]) == (seen.key, False, ["meridian-large-eu"])
    assert line["calls"] >= 3
    assert headline(content)[0][0].startswith("One surface would stop")


def test_what_it_cannot_know_is_said(world: Any, seen: Surface, approve: Callable[..., Any]) -> None:
    quiet = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Quiet one")
    approve(quiet)
    Surface.objects.filter(pk=quiet.pk).update(state="live")
    deliver([call(service="who-knows", model="lumen-1")])

    blind = answers.answer(week(classes=("customer",)), world.ada).content["blind"]

    assert blind["no_class"] == {"paths": 1, "calls": 1}
    assert [each["name"] for each in blind["surfaces"]["first"]] == ["Quiet one"]


def test_the_answer_is_what_a_scan_over_all_calls_finds(world: Any, live: Surface) -> None:
    dice = random.Random(20261121)
    now = clock.now()
    models = ("meridian-2.1-large", "lumen-1", "")
    classes: tuple[Any, ...] = (("internal",), ("customer", "internal"), None)
    for _ in range(4):
        deliver(
            [
                call(
                    now - timedelta(days=dice.randrange(9), minutes=dice.randrange(600)),
                    claim=dice.choice((live.key, "")),
                    model=dice.choice(models),
                    region=dice.choice(("eu-central", "us-east", "")),
                    classes=dice.choice(classes),
                    prompt=dice.choice(("", "triage@v31")),
                )
                for _ in range(60)
            ]
        )
    question = week(classes=("internal",), standings=("not_approved", "approved"))
    paths = UsagePath.objects.in_bulk()
    naive: Counter[tuple[Any, ...]] = Counter()
    for each in Observation.objects.all():
        path = paths[each.path_id]
        asked_for = path.standing in question.standings and "internal" in path.classes.split()
        if asked_for and question.start <= each.at.date() <= question.end:
            naive[path.surface_id, path.standing, path.revision_id, tuple(path.reasons)] += 1

    found: Counter[tuple[Any, ...]] = Counter()
    for line in answers.answer(question, world.ada).content["lines"]:
        first = paths[line["paths"][0]]
        found[first.surface_id, line["standing"], first.revision_id, tuple(line["reasons"])] += line["calls"]
    assert found == naive and naive


def test_an_answer_is_sealed_under_its_hash(world: Any, seen: Surface) -> None:
    head = Entry.objects.order_by("-seq").values_list("seq", flat=True)[0]
    for person in (world.aud, world.gus):
        with pytest.raises(Denied):
            actions.seal(week(), actor=person)
    answer = actions.seal(week(classes=("customer",)), actor=world.rosa, words="customer data this week")

    assert (answer.calls, answer.not_approved, answer.head_seq, answer.whole) == (3, 3, head, True)
    assert digest.digest(BoardAnswer.objects.get(pk=answer.pk).content) == answer.digest
    entry = Entry.objects.order_by("-seq")[0]
    assert (entry.kind, entry.subject_key) == ("board.answered", answer.key)
    assert answer.digest in entry.body and "customer data this week" in entry.body
    deliver([call(claim=seen.key, classes=("customer",))])
    assert queries.holds(queries.get(world.ada, answer.key))


def test_a_sealed_answer_stays_and_is_its_askers(world: Any, seen: Surface) -> None:
    answer = actions.seal(week(), actor=world.noor)

    assert [queries.visible_to(person).count() for person in (world.noor, world.ben, world.ada, world.aud)] == [1, 0, 1, 1]
    with pytest.raises(Invalid):
        actions.seal(week(vendors=("nobody",)), actor=world.ada)
    assert BoardAnswer.objects.count() == 1
    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute("UPDATE registry_boardanswer SET calls = 0 WHERE id = %s", [answer.pk])


def test_a_guest_is_answered_within_their_period(world: Any, seen: Surface) -> None:
    today = clock.now().date()
    world.gus.reads_from = world.gus.reads_until = today - timedelta(days=30)
    with pytest.raises(Invalid, match="other days"):
        answers.answer(week(), world.gus)
    world.gus.reads_until = today
    content = answers.answer(week(), world.gus).content
    assert (content["period"], content["totals"]["calls"]) == (True, 0)
