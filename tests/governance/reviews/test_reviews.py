"""Reviews: planned, begun with a frozen agenda, decided in, closed under a hash; the next begins with what became of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.core import clock, company, contributions, digest
from governance.core.contributions import AgendaLine, AgendaSection
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.documents import queries as documents
from governance.ledger import check
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.policy import queries as policy
from governance.reviews import actions, agenda, minutes, queries, scheduling
from governance.reviews.models import AgendaEntry, Review, ReviewDecision
from governance.scorecard import queries as home
from registry.surfaces.models import Surface
from tests.registry.building import make_catalog, make_surface

API = "/api/v1/reviews"
DAY = timedelta(days=1)


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))


@pytest.fixture
def lines(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[AgendaLine]]:
    """The eval review's agenda, of one section whose lines the test may change."""
    found = [
        AgendaLine("Triage costs more", "+40 %", level="warn", about=("registry.surface", str(surface.pk)), owner=surface.owner),
        AgendaLine("All of the company", "3 calls"),
    ]
    section = AgendaSection("movement", "Movement", "eval", lambda window, subject: list(found))
    monkeypatch.setitem(contributions._items, AgendaSection, {"movement": section})
    yield found


def plan(world: Any, **more: Any) -> Review:
    return actions.plan("eval", actor=world.rosa, planned_on=clock.today() + DAY, **more)


def held(review: Review, actor: Any) -> Review:
    """Begin a review, note its leader, and close it."""
    actions.begin(review, actor=actor)
    actions.come(review, actor=actor, people=[actor])
    return actions.close(review, actor=actor)


def test_the_agenda_is_made_from_what_is_held_until_it_is_frozen(world: Any, surface: Surface, lines: list[AgendaLine]) -> None:
    review = plan(world)
    assert (review.until, review.since) == (clock.today(), review.planned_on - 7 * DAY)
    (section,), left_out = agenda.shown(world.rosa, review)
    assert [line.text for line in section.lines] == ["Triage costs more", "All of the company"] and left_out == 0
    review = actions.begin(review, actor=world.rosa, expected_version=review.version)
    assert review.until == clock.today() - DAY  # whole days only
    lines.clear()
    (section,), _ = agenda.shown(world.rosa, review)
    assert [(line.text, line.value) for line in section.lines] == [
        ("Triage costs more", "+40 %"),
        ("All of the company", "3 calls"),
    ]
    with pytest.raises(Denied, match="under way"):
        actions.begin(review, actor=world.rosa)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgendaEntry.objects.filter(review=review).delete()
    begun = Entry.objects.get(kind="review.begun")
    assert all(each.ok for each in check.entry(begun)) and '"lines":2' in begun.body


def test_who_takes_part_sees_only_lines_about_what_they_may_see(world: Any, surface: Surface, lines: list[AgendaLine]) -> None:
    review = plan(world, asked=(world.noor, world.jun))
    for state in ("planned", "open"):
        (mine,), left_out = agenda.shown(world.noor, queries.get(world.noor, review.key))
        assert [line.text for line in mine.lines] == ["Triage costs more"] and left_out == 1
        (section,), hidden = agenda.shown(world.jun, queries.get(world.jun, review.key))
        assert (list(section.lines), hidden) == ([], 2), state
        if state == "planned":
            review = actions.begin(review, actor=world.rosa)
    with pytest.raises(NotVisible):
        queries.get(world.ben, review.key)
    with pytest.raises(NotVisible):
        queries.get(world.gus, review.key)
    assert queries.get(world.aud, review.key) == review


def test_it_is_closed_with_the_digest_of_all_of_it(world: Any, lines: list[AgendaLine]) -> None:
    review = actions.begin(plan(world), actor=world.rosa)
    with pytest.raises(Denied, match="been there"):
        actions.close(review, actor=world.rosa)
    actions.note(review, actor=world.rosa, notes="Cost rose with the new prompt.")
    actions.come(review, actor=world.rosa, people=[world.rosa, world.ingrid])
    assert {each.person for each in queries.attendance(review)} == {world.rosa, world.ingrid}
    with pytest.raises(Denied):
        actions.close(review, actor=world.noor)
    with pytest.raises(Invalid, match="one thing"):
        actions.close(review, actor=world.rosa, outcome="keep", outcome_why="Fine.")
    with pytest.raises(StaleState):
        actions.close(review, actor=world.rosa, expected_version=1)
    done = actions.close(review, actor=world.rosa)
    assert done.digest == digest.digest(queries.content(Review.objects.get(pk=done.pk)))
    assert done.digest in Entry.objects.get(kind="review.held").body
    with pytest.raises(StaleState):
        actions.note(done, actor=world.rosa, notes="Later.")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_review SET notes = 'x' WHERE id = %s", [done.pk])


def test_the_next_one_begins_with_what_became_of_the_last_decisions(world: Any, lines: list[AgendaLine], freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    first = actions.begin(plan(world, asked=(world.noor,)), actor=world.rosa)
    line = first.agenda.get(place=0)
    done = actions.decide(
        first, actor=world.rosa, text="Back to the small model", owner=world.noor, due_on=clock.today() + DAY, entry=line
    )
    kept = actions.decide(first, actor=world.rosa, text="Ask the vendor", owner=world.ingrid, due_on=clock.today() + DAY)
    assert [each.title for each in home.inbox(world.noor) if each.url == done.get_absolute_url()] == ["Back to the small model"]
    actions.come(first, actor=world.rosa, people=[world.rosa])
    actions.close(first, actor=world.rosa)
    traveller.shift(timedelta(days=3))
    actions.do_decision(done, actor=world.noor, note="It costs a third now.")
    assert list(queries.overdue(world.rosa)) == [kept]
    second = plan(world)
    assert second.before == first and second.since == first.until + DAY
    assert {each.person for each in queries.attendance(second)} == {world.rosa, world.noor}
    assert [(each.text, each.state) for each in queries.before(second)] == [
        ("Back to the small model", "done"),
        ("Ask the vendor", "open"),
    ]
    held(second, world.rosa)
    third = plan(world)
    assert [each.text for each in queries.before(third)] == ["Ask the vendor"]


def test_a_decision_is_changed_and_ended_by_who_answers_for_it(world: Any, lines: list[AgendaLine]) -> None:
    review = actions.begin(plan(world), actor=world.rosa)
    with pytest.raises(Invalid) as refused:
        actions.decide(review, actor=world.rosa, text=" ", owner=world.bot, due_on=clock.today() - DAY)
    assert set(refused.value.fields) == {"text", "owner", "due_on"}
    with pytest.raises(Denied):
        actions.decide(review, actor=world.noor, text="Mine", owner=world.noor, due_on=clock.today())
    made = actions.decide(review, actor=world.rosa, text="Ask  the vendor", owner=world.noor, due_on=clock.today())
    assert made.text == "Ask the vendor" and queries.decision(world.noor, made.key) == made
    with pytest.raises(NotVisible):
        queries.decision(world.jun, made.key)
    with pytest.raises(Invalid) as refused:
        actions.change_decision(made, actor=world.noor, due_on=clock.today() + DAY)
    assert "reason" in refused.value.fields
    with pytest.raises(Denied):
        actions.change_decision(made, actor=world.jun, owner=world.jun)
    moved = actions.change_decision(made, actor=world.noor, due_on=clock.today() + DAY, reason="They answer tomorrow.")
    with pytest.raises(StaleState):
        actions.do_decision(made, actor=world.noor, expected_version=made.version)
    with pytest.raises(Invalid, match="dropped"):
        actions.drop_decision(moved, actor=world.noor, reason=" ")
    dropped = actions.drop_decision(moved, actor=world.noor, reason="They have gone out of business.")
    assert (dropped.state, dropped.ended_by) == ("dropped", world.noor)
    with pytest.raises(StaleState):
        actions.do_decision(dropped, actor=world.noor)
    with pytest.raises(Conflict, match="decided something"):
        actions.cancel(review, actor=world.rosa, reason="A mistake.")
    kinds = Entry.objects.filter(kind__startswith="review_decision.").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["review_decision.made", "review_decision.changed", "review_decision.dropped"]


def test_it_is_moved_handed_over_or_called_off(world: Any) -> None:
    review = plan(world)
    with pytest.raises(Conflict, match="planned or under way"):
        plan(world)
    with pytest.raises(Denied):
        actions.plan("eval", actor=world.noor, planned_on=clock.today())
    with pytest.raises(Invalid) as refused:
        actions.plan("operations", actor=world.rosa, planned_on=clock.today() - DAY, owner=world.gus)
    assert set(refused.value.fields) == {"planned_on", "owner"}
    moved = actions.move(review, actor=world.rosa, planned_on=clock.today() + 3 * DAY)
    assert moved.until == clock.today() + 2 * DAY
    given = actions.hand_over(moved, actor=world.rosa, to=world.noor)
    assert given.owner == world.noor and actions.begin(given, actor=world.noor).state == "open"
    asked = actions.ask(given, actor=world.noor, people=[world.jun])
    assert {each.person for each in queries.attendance(asked)} == {world.noor, world.jun}
    with pytest.raises(Invalid, match="called off"):
        actions.cancel(given, actor=world.noor, reason=" ")
    assert actions.cancel(given, actor=world.noor, reason="Everybody is ill.").state == "cancelled"
    with pytest.raises(StaleState):
        actions.ask(given, actor=world.noor, people=[])


def test_the_checklist_carries_answers_over_and_asks_for_all(world: Any) -> None:
    first = actions.plan("operations", actor=world.rosa, planned_on=clock.today())
    rows = {each.area_key: each for each in queries.answers(first)}
    assert list(rows) == [each["key"] for each in policy.document()["operations_checklist"]] and len(rows) == 5
    actions.give_answer(rows["cost"], actor=world.rosa, owner=world.noor)
    assert queries.get(world.noor, first.key) == first and list(queries.to_answer(world.noor)) == [rows["cost"]]
    with pytest.raises(Denied):
        actions.answer(rows["evals"], actor=world.noor, standing="missing", answer="Nothing yet.")
    with pytest.raises(Invalid) as refused:
        actions.answer(rows["cost"], actor=world.noor, standing="in_place", answer="Limits are set.")
    assert set(refused.value.fields) == {"shown_by"}
    actions.answer(rows["cost"], actor=world.noor, standing="in_place", answer="Limits are set.", shown_by="SL-1")
    actions.begin(first, actor=world.rosa)
    actions.come(first, actor=world.rosa, people=[world.rosa])
    with pytest.raises(Denied, match="4 questions are not answered"):
        actions.close(first, actor=world.rosa)
    for key in ("decision_rights", "evals", "observability", "security_privacy"):
        actions.answer(rows[key], actor=world.rosa, standing="missing", answer="Nothing yet.")
    actions.close(first, actor=world.rosa)
    with pytest.raises(StaleState):
        actions.answer(rows["cost"], actor=world.rosa, standing="missing", answer="Gone.")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_checklistanswer SET answer = 'x' WHERE review_id = %s", [first.pk])
    second = actions.plan("operations", actor=world.rosa, planned_on=clock.today())
    cost = queries.answer(world.noor, second.key, "cost")
    assert (cost.standing, cost.carried, cost.owner) == ("in_place", True, world.noor)
    assert list(queries.to_answer(world.noor)) == [cost]  # it is to be confirmed
    actions.answer(cost, actor=world.noor, standing="in_place", answer="Limits are set.", shown_by="SL-1")
    assert not queries.to_answer(world.noor).exists()


def test_the_schedule_plans_the_next_by_itself(world: Any, freeze: Any) -> None:
    run = lambda: scheduling.run(None, lambda *said: None)["reviews"]  # noqa: E731 - called many times below
    founded = company.current().founded_at
    assert founded is not None
    freeze(founded + DAY)
    (key,) = [key for key in run() if queries.get(world.rosa, key).kind == "eval"]
    weekly = queries.get(world.rosa, key)
    assert weekly.scheduled and weekly.owner == world.rosa
    assert weekly.planned_on.weekday() == policy.usage_rules().cadence.eval_review and weekly.planned_on > clock.today()
    assert run() == []
    held(weekly, world.rosa)
    (key,) = run()
    assert queries.get(world.rosa, key).planned_on == weekly.planned_on + 7 * DAY
    months = policy.usage_rules().cadence.operations_months
    freeze(founded + timedelta(days=31 * months))
    assert [queries.get(world.rosa, key).kind for key in run()] == ["operations"]


def test_what_somebody_leaves_behind_is_handed_over(world: Any, lines: list[AgendaLine]) -> None:
    review = actions.begin(plan(world, owner=world.noor), actor=world.noor)
    made = actions.decide(review, actor=world.noor, text="Ask the vendor", owner=world.noor, due_on=clock.today())
    people.deactivate(world.noor, actor=world.ada)
    page_of = {source.key: source for source in contributions.contributed(contributions.OwnedSource)}
    assert list(page_of["reviews"].owned(world.noor)) == [review] and list(page_of["review_decisions"].owned(world.noor)) == [
        made
    ]
    page_of["reviews"].reassign(review, world.ada, world.rosa, "Left.")
    page_of["review_decisions"].reassign(made, world.ada, world.rosa, "Left.")
    assert Review.objects.get().owner == world.rosa and ReviewDecision.objects.get().owner == world.rosa


def test_the_pages_say_it(world: Any, lines: list[AgendaLine], client_as: Any) -> None:
    rosa = client_as(world.rosa)
    assert "No review yet" in rosa.get(reverse("reviews")).content.decode()
    given = {"kind": "eval", "planned_on": clock.today(), "owner": world.rosa.pk}
    assert rosa.post(reverse("review-new"), given).status_code == 302
    assert rosa.post(reverse("review-new"), {**given, "kind": "vendor"}).status_code == 422
    review = Review.objects.get()
    here = review.get_absolute_url()
    with CaptureQueriesContext(connection) as seen:
        page = rosa.get(here).content.decode()
    assert "as it would be now" in page and "Triage costs more" in page and len(seen) <= 15
    assert rosa.post(reverse("review-begin", args=[review.key]), {"version": review.version}).status_code == 302
    assert "Triage costs more" in rosa.get(reverse("review-decide", args=[review.key]) + "?line=0").content.decode()
    assert rosa.get(reverse("review-decide", args=[review.key]) + "?line=9").status_code == 404
    decided = {"text": "Back to the small model", "owner": world.noor.pk, "due_on": clock.today()}
    assert rosa.post(reverse("review-decide", args=[review.key]) + "?line=0", decided).status_code == 302
    assert rosa.post(reverse("review-notes", args=[review.key]), {"notes": "It was the prompt."}).status_code == 302
    assert (
        rosa.post(reverse("review-ask", args=[review.key]), {"people": [world.rosa.pk], "also": world.noor.pk}).status_code == 302
    )
    assert rosa.post(reverse("review-came", args=[review.key]), {"people": [world.rosa.pk]}).status_code == 302
    noor = client_as(world.noor)
    page = noor.get(here).content.decode()
    assert "1 more line is about things that you may not see" in page and "Begin" not in page
    made = ReviewDecision.objects.get()
    assert "Triage costs more" in noor.get(made.get_absolute_url()).content.decode()
    assert noor.get(reverse("review-close", args=[review.key])).status_code == 403
    assert noor.post(reverse("review-decision-done", args=[made.key]), {"note": "Done."}).status_code == 302
    assert rosa.post(reverse("review-close", args=[review.key]), {}).status_code == 302
    with CaptureQueriesContext(connection) as seen:
        page = rosa.get(here).content.decode()
    assert "bound to this hash" in page and len(seen) <= 15
    assert "Back to the small model" in rosa.get(reverse("review-decisions") + "?state=done").content.decode()
    assert client_as(world.jun).get(here).status_code == 404 and client_as(world.gus).get(reverse("reviews")).status_code == 403
    assert noor.get(reverse("review-documents", args=[review.key])).status_code == 404
    assert "Minutes" in rosa.get(reverse("review-documents", args=[review.key])).content.decode()


def test_minutes_hold_the_whole_and_are_for_those_who_read_all(world: Any, lines: list[AgendaLine]) -> None:
    review = held(plan(world, asked=(world.noor,)), world.rosa)
    said = minutes.context(minutes.load(review.key), world.rosa)
    assert said["came"] == [world.rosa.name] and said["missed"] == [world.noor.name]
    assert [line["text"] for line in said["sections"][0]["lines"]] == ["Triage costs more", "All of the company"]
    assert minutes.visible(world.aud, review) and not minutes.visible(world.noor, review)
    assert [list(minutes.seen(who)) for who in (world.aud, world.noor)] == [[{"id_text": str(review.pk)}], []]
    assert documents.kind_named(minutes.KIND).template == "documents/minutes.html"


def test_lists_take_as_many_queries_for_many(world: Any, lines: list[AgendaLine], client_as: Any) -> None:
    rosa, counts = client_as(world.rosa), []
    review = actions.begin(plan(world), actor=world.rosa)
    actions.decide(review, actor=world.rosa, text="One", owner=world.noor, due_on=clock.today())
    rosa.get(reverse("reviews"))
    for more in (0, 2):
        for number in range(more):
            actions.decide(review, actor=world.rosa, text=f"Two {number}", owner=world.jun, due_on=clock.today())
        if more:
            actions.come(review, actor=world.rosa, people=[world.rosa])
            actions.close(review, actor=world.rosa)
            held(plan(world), world.rosa)
            actions.plan("operations", actor=world.rosa, planned_on=clock.today())
        for name in ("reviews", "review-decisions", "checklist"):
            with CaptureQueriesContext(connection) as seen:
                assert rosa.get(reverse(name)).status_code == 200
            counts.append(len(seen))
    assert counts[3] <= counts[0] <= 15 and counts[4] <= counts[1] <= 15 and counts[5] <= 15


def test_by_rest(world: Any, lines: list[AgendaLine], api_as: Any) -> None:
    rosa = api_as(world.rosa)
    made = rosa.post(API, {"kind": "eval", "planned_on": str(clock.today())}, format="json")
    assert made.status_code == 201, made.content
    here = f"{API}/{made.json()['key']}"
    assert rosa.get(f"{here}/agenda").json()["frozen"] is False
    assert rosa.post(f"{here}/beginning", {}, format="json").json()["state"] == "open"
    lines_ = rosa.get(f"{here}/agenda").json()
    assert [line["place"] for line in lines_["lines"]] == [0, 1] and lines_["lines"][0]["owner"] == world.noor.ref
    body = {"text": "Back to the small model", "owner": world.noor.ref, "due_on": str(clock.today()), "line": 0}
    decided = rosa.post(f"{here}/decisions", body, format="json")
    assert decided.status_code == 201, decided.content
    assert rosa.post(f"{here}/decisions", {**body, "line": 7}, format="json").status_code == 400
    assert rosa.post(f"{here}/attendance", {"people": [world.rosa.ref, world.noor.ref]}, format="json").status_code == 200
    assert rosa.post(f"{here}/notes", {"notes": "It was the prompt."}, format="json").json()["notes"] == "It was the prompt."
    noor = api_as(world.noor)
    assert noor.get(f"{here}/agenda").json()["left_out"] == 1
    assert noor.post(f"{here}/closure", {}, format="json").status_code == 403
    there = f"/api/v1/review-decisions/{decided.json()['key']}"
    assert noor.post(f"{there}/completion", {"note": "Done."}, format="json").json()["state"] == "done"
    closed = rosa.post(f"{here}/closure", {}, format="json")
    assert closed.json()["digest"] and rosa.post(f"{here}/closure", {}, format="json").status_code == 409
    assert api_as(world.jun).get(here).status_code == 404
    plan_ = rosa.post(API, {"kind": "operations", "planned_on": str(clock.today())}, format="json").json()["key"]
    answer = {"area": "cost", "standing": "missing", "answer": "No limits."}
    assert rosa.post(f"{API}/{plan_}/answers", answer, format="json").status_code == 200
    assert rosa.get(f"{API}/{plan_}/checklist").json()["results"][4]["standing"] == "missing"
    assert rosa.post(f"{API}/{plan_}/answerers", {"area": "evals", "owner": world.noor.ref}, format="json").status_code == 200
    assert noor.get(f"{API}/{plan_}/people").status_code == 200
