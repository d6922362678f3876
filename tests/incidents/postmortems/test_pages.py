"""Pages and REST of postmortems: nobody loses a word, lists ask few questions, each role sees what it may."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from governance.core import clock
from governance.core.contributions import InboxSource, contribution
from incidents.cases.models import Incident
from incidents.postmortems import actions, queries
from incidents.postmortems.models import ActionItem, EvalCaseRequest, Postmortem
from incidents.postmortems.views import library
from incidents.running import actions as running
from registry.evals.models import EvalSuite
from tests.incidents.building import make_incident
from tests.incidents.postmortems.conftest import fill

MOST_QUERIES = 15


def many(world: Any, incident: Incident, count: int) -> None:
    """So many more incidents with postmortem, item and cause."""
    for _ in range(count):
        other = running.triage(make_incident(actor=world.sam, surface=incident.surface), actor=world.noor, severity="SEV4")
        made = actions.begin(other, actor=world.noor)
        actions.name_cause(made, actor=world.noor, cause="missing_eval")
        due = clock.today() + timedelta(days=1)
        actions.add_item(other, actor=world.noor, what="Look at it", owner=world.sam, due_on=due)


def test_lists_ask_the_same_whatever_their_length(
    world: Any, begun: Postmortem, client_as: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_as(world.ingrid)
    names = ("postmortems", "action-items", "eval-cases", "postmortem-patterns")
    many(world, begun.incident, 1)
    for name in names:
        client.get(reverse(name))
    counted = {}
    for name in names:
        with django_assert_max_num_queries(MOST_QUERIES) as asked:
            assert client.get(reverse(name)).status_code == 200
        counted[name] = len(asked)
    many(world, begun.incident, 2)
    for name in names:
        client.get(reverse(name))
        with django_assert_max_num_queries(MOST_QUERIES) as again:
            assert client.get(reverse(name)).status_code == 200
        assert len(again) <= counted[name]


def test_the_page_asks_few_questions_and_offers_what_comes_next(
    world: Any, begun: Postmortem, suite: EvalSuite, client_as: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_as(world.noor)
    page = client.get(begun.get_absolute_url())
    assert b"It is not ready to be approved." in page.content
    fill(begun, world.noor)
    said = "What is my copay?"
    actions.ask_for_case(begun.incident, actor=world.noor, suite=suite, name="copay", words=said, expected="40 euros.")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(begun.get_absolute_url())
    assert b"Ask for approval" in page.content
    assert b"copay" in page.content
    ready = client.post(reverse("postmortem-ask", args=[begun.key]), {"version": begun.version})
    assert ready.status_code == 302
    begun.refresh_from_db()
    decide = client_as(world.lena).get(reverse("approval", args=[begun.request.key]))
    assert b"No case asked for the current year." in decide.content
    approve = client_as(world.lena).post(reverse("approval-approve", args=[begun.request.key]), {"digest": begun.digest})
    assert approve.status_code == 302
    close = reverse("incident-close", args=[begun.incident.key])
    assert client.post(close, {"reason": "Done."}).status_code == 302
    assert Incident.objects.get(pk=begun.incident_id).state == "closed"


def test_closing_too_early_is_refused_with_the_rule(world: Any, resolved: Incident, client_as: Any) -> None:
    client, url = client_as(world.noor), reverse("incident-close", args=[resolved.key])
    assert b"closes only with an approved postmortem" in client.get(url).content
    refused = client.post(url, {"reason": "Done."})
    assert refused.status_code == 409
    assert b"Done." in refused.content
    page = client.get(resolved.get_absolute_url())
    assert b"Write the postmortem" in page.content
    assert client_as(world.aud).get(url).status_code == 403


def test_who_saves_second_sees_both_texts_and_loses_none(world: Any, begun: Postmortem, client_as: Any) -> None:
    url = reverse("postmortem-write", args=[begun.key, "impact"])
    seen = queries.section(begun, "impact").version
    first = client_as(world.noor).post(url, {"text": "198 members.", "version": seen})
    assert first.status_code == 302
    sam = client_as(world.sam)
    met = sam.post(url, {"text": "Three callers.", "version": seen})
    assert met.status_code == 409
    for words in (b"Noor Haddad", b"198 members.", b"Three callers.", b"Put both into the box"):
        assert words in met.content
    both = sam.post(url, {"text": "Three callers.", "version": seen, "together": "1"})
    assert both.status_code == 200
    assert b"198 members.\n\nThree callers." in both.content.replace(b"\r\n", b"\n")
    version = queries.section(begun, "impact").version
    assert sam.post(url, {"text": "198 members, three callers.", "version": version}).status_code == 302
    assert queries.section(begun, "impact").text == "198 members, three callers."


def test_the_library_finds_any_word_and_filters(world: Any, begun: Postmortem, client_as: Any) -> None:
    fill(begun, world.noor)
    client = client_as(world.noor)
    for query, found in (
        ("q=dates+index", True), ("q=trigger+know", True), ("q=unheard-of", False), ("cause=missing_eval", True),
        ("cause=capacity", False), ("severity=SEV2&tier=2", True), ("state=approved", False),
        (f"surface={begun.incident.surface_id}", True),
    ):  # fmt: skip
        page = client.get(f"{reverse('postmortems')}?{query}")
        assert (begun.get_absolute_url().encode() in page.content) is found, query


def test_what_repeats_is_counted_and_opens_its_rows(world: Any, begun: Postmortem, client_as: Any) -> None:
    many(world, begun.incident, 2)
    found = queries.patterns(world.ingrid)
    assert [(row["label"], row["total"]) for row in found["surface"]] == [("Claims triage", 3)]
    assert [(row["value"], row["total"]) for row in found["cause"]] == [("missing_eval", 2)]
    assert client_as(world.ingrid).get(reverse("postmortem-patterns")).status_code == 200
    for rows in library.pattern_groups(world.ingrid, 365).values():
        for row in rows:  # a number opens exactly its rows
            listed = client_as(world.ingrid).get(row["url"])
            assert listed.context["slice"].total == row["total"]
    further = make_incident(actor=world.sam)
    running.affect(further, actor=world.rosa, surfaces=[begun.incident.surface], endpoints=[])
    assert queries.patterns(world.ingrid)["surface"][0]["total"] == 4
    assert queries.patterns(world.ben)["surface"] == []
    assert client_as(world.ingrid).get(f"{reverse('postmortem-patterns')}?days=x").status_code == 200


def test_inboxes_hold_what_waits(world: Any, resolved: Incident) -> None:
    lines = contribution(InboxSource, "postmortems").lines
    assert [line.title for line in lines(world.noor)] == [f"Write the postmortem: {resolved.title}"]
    due = clock.today() + timedelta(days=1)
    item = actions.add_item(resolved, actor=world.noor, what="Look at it", owner=world.sam, due_on=due)
    assert [(line.verb, line.title) for line in lines(world.sam)] == [("Do", "Look at it")]
    actions.finish_item(item, actor=world.sam, note="Looked.")
    assert ("Review", "Verify: Look at it") in [(line.verb, line.title) for line in lines(world.noor)]


@pytest.fixture
def item(world: Any, resolved: Incident) -> ActionItem:
    due = clock.today() + timedelta(days=1)
    return actions.add_item(resolved, actor=world.noor, what="Look at it", owner=world.sam, due_on=due)


def test_items_and_cases_go_their_way_on_pages(world: Any, item: ActionItem, suite: EvalSuite, client_as: Any) -> None:
    sam, noor = client_as(world.sam), client_as(world.noor)
    assert b"It is due" in sam.get(item.get_absolute_url()).content
    done = sam.post(reverse("action-item-done", args=[item.key]), {"note": "C-1", "version": item.version})
    assert done.status_code == 302
    assert sam.get(reverse("action-item-verify", args=[item.key])).status_code == 403
    assert noor.post(reverse("action-item-verify", args=[item.key]), {"note": ""}).status_code == 302
    given = {"suite": suite.pk, "name": "copay", "words": "What?", "expected": "40."}
    assert noor.post(reverse("eval-case-new", args=[item.incident.key]), given).status_code == 302
    asked = EvalCaseRequest.objects.get()
    assert b"Not run yet" in noor.get(asked.get_absolute_url()).content
    stray = {"what": "Another", "owner": world.sam.pk, "due_on": "2001-01-01"}
    refused = noor.post(reverse("action-item-new", args=[item.incident.key]), stray)
    assert refused.status_code == 422
    assert b"This day has passed." in refused.content


def test_who_sees_no_incident_sees_nothing_of_it(world: Any, begun: Postmortem, item: ActionItem, client_as: Any) -> None:
    guest = client_as(world.gus)
    for url in (begun.get_absolute_url(), item.get_absolute_url(), reverse("incident-close", args=[begun.incident.key])):
        assert guest.get(url).status_code == 404
    auditor = client_as(world.aud)
    assert auditor.get(begun.get_absolute_url()).status_code == 200
    assert auditor.get(reverse("postmortem-write", args=[begun.key, "impact"])).status_code == 403


def test_a_postmortem_is_written_over_rest(world: Any, resolved: Incident, api_as: Any) -> None:
    api = api_as(world.noor)
    made = api.post("/api/v1/postmortems", {"incident": resolved.key}, format="json")
    assert made.status_code == 201, made.json()
    key = made.json()["key"]
    for section in made.json()["sections"]:
        body = {"section": section["kind"], "text": "What we know.", "version": section["version"]}
        assert api.put(f"/api/v1/postmortems/{key}/sections", body, format="json").status_code == 200
    assert api.put(f"/api/v1/postmortems/{key}/sections", body, format="json").status_code == 409
    assert api.post(f"/api/v1/postmortems/{key}/causes", {"cause": "missing_eval"}, format="json").status_code == 201
    early = api.post("/api/v1/incident-closures", {"incident": resolved.key}, format="json")
    assert (early.status_code, early.json()["code"]) == (409, "postmortem")
    todo = {"incident": resolved.key, "what": "Look", "owner": world.sam.ref, "due_on": "2099-01-01"}
    item = api.post("/api/v1/action-items", {**todo, "target_type": "control", "target_id": "rate_limits"}, format="json")
    assert item.status_code == 201, item.json()
    assert api.get(f"/api/v1/postmortems/{key}").json()["lacks"] == []
    asked = api.post(f"/api/v1/postmortems/{key}/request", {}, format="json")
    assert asked.json()["state"] == "review"
    decision = {"verdict": "approve", "digest": asked.json()["digest"]}
    url = f"/api/v1/approvals/{asked.json()['request']}/decisions"
    assert api_as(world.lena).post(url, decision, format="json").status_code == 201
    closed = api.post("/api/v1/incident-closures", {"incident": resolved.key}, format="json")
    assert (closed.status_code, closed.json()["postmortem"]) == (201, key)
    assert api.get(f"/api/v1/incident-closures/{resolved.key}").status_code == 200
    assert api.get("/api/v1/postmortems/patterns").status_code == 200
