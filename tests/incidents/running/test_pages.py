"""Incidents by page: list, one incident, what is done to it, and where else it is shown."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from governance.core.contributions import BriefingLine, InboxSource, NavItem, OwnedSource, SearchSource, contribution
from incidents.cases import actions as cases
from incidents.cases.models import Communication, Incident
from incidents.running import actions
from registry.catalog.models import Vendor
from registry.surfaces.models import Surface
from tests.incidents.building import make_case_surface, make_incident
from tests.world import World

MOST = 15
DOING = (
    "note", "acknowledge", "triage", "set-severity", "start-mitigating", "mitigated", "resolve", "begin-postmortem", "reopen",
    "role", "edit", "affect", "draft",
)  # fmt: skip


@pytest.fixture
def surface(world: World) -> Surface:
    return make_case_surface(world)


@pytest.fixture
def incident(world: World, surface: Surface) -> Incident:
    return make_incident(actor=world.sam, surface=surface, title="Members were quoted last year's copay")


def at(name: str, incident: Incident) -> str:
    return reverse(f"incident-{name}", args=[incident.key])


def test_the_list_shows_what_one_may_see_in_the_same_number_of_questions(
    world: World, client_as: Callable[..., Any], incident: Incident, django_assert_max_num_queries: Any
) -> None:
    client = client_as(world.noor)
    client.get(reverse("incidents"))
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(MOST) as seen:
            page = client.get(reverse("incidents")).content.decode()
        assert incident.key in page and "Hallucination" in page
        counts.append(len(seen.captured_queries))
        for number in (1, 2):
            make_incident(actor=world.noor, surface=incident.surface, title=f"Another {number}")
    assert counts[0] == counts[1]
    assert incident.key not in client_as(world.ben).get(reverse("incidents")).content.decode()


def test_filters_find_exactly_their_rows(world: World, client_as: Callable[..., Any], incident: Incident) -> None:
    near = make_incident(actor=world.noor, surface=incident.surface, title="Nearly", near_miss=True)
    actions.triage(incident, actor=world.noor, severity="SEV2", user_harm=2, blast_radius=2)
    client = client_as(world.noor)
    surface = incident.surface
    assert surface is not None
    wanted = {
        "burning=true": {incident.key},
        "near_miss=true": {near.key},
        "open=true": {incident.key, near.key},
        "open=false": set(),
        "severity=SEV2": {incident.key},
        "state=reported": {near.key},
        "category=hallucination": {incident.key, near.key},
        "tier=2": {incident.key},
        f"team={world.team('claims').pk}": {incident.key, near.key},
        f"surface={surface.pk}": {incident.key, near.key},
        "untaken=true": {near.key},
        "unowned=true": set(),
        "mine=true": {incident.key, near.key},
        "user_harm=2": {incident.key},
        "q=quoted": {incident.key},
        f"q={near.key}": {near.key},
    }
    for query, keys in wanted.items():
        page = client.get(f"{reverse('incidents')}?{query}").content.decode()
        assert {key for key in (incident.key, near.key) if f">{key}<" in page} == keys, query


@pytest.mark.parametrize("nick", ["noor", "sam", "aud"])
def test_one_incident_says_how_it_stands(
    world: World, client_as: Callable[..., Any], incident: Incident, nick: str, django_assert_max_num_queries: Any
) -> None:
    actions.triage(incident, actor=world.noor, severity="SEV2", people_estimated=198, reason="prices reached members")
    cases.note(incident, actor=world.noor, text="read 40 conversations.")
    client = client_as(getattr(world, nick))
    client.get(incident.get_absolute_url())
    with django_assert_max_num_queries(MOST):
        page = client.get(incident.get_absolute_url()).content.decode()
    for said in (
        "SEV2",
        "198",
        "<b>Noor Haddad</b> read 40 conversations.",
        "triaged it as SEV2",
        "What changed in the 72 hours",
    ):
        assert said in page
    assert ("Add to timeline" in page) == (nick != "aud")
    assert ("Start mitigating" in page) == (nick == "noor")
    for tab in ("details", "communications", "activity"):
        assert client.get(at(tab, incident)).status_code == 200
    only = client.get(f"{incident.get_absolute_url()}?by=system").content.decode()
    assert "read 40 conversations" not in only
    assert client.get(f"{incident.get_absolute_url()}?before=nonsense").status_code == 200


def test_what_is_typed_is_never_drawn_as_markup(world: World, client_as: Callable[..., Any], surface: Surface) -> None:
    sharp = '<script>alert("x")</script>'
    incident = make_incident(actor=world.sam, surface=surface, title=sharp, what=sharp * 12, where=sharp, trace_ids=[sharp])
    cases.note(incident, actor=world.noor, text=sharp)
    actions.edit(incident, actor=world.noor, summary=sharp, impact=sharp)
    client = client_as(world.noor)
    for address in (incident.get_absolute_url(), at("details", incident), reverse("incidents"), at("edit", incident)):
        assert sharp not in client.get(address).content.decode()


def test_who_may_not_see_it_finds_nothing_and_who_only_reads_changes_nothing(
    world: World, client_as: Callable[..., Any], incident: Incident
) -> None:
    for nick, names in (("ben", (*DOING, "details", "activity")), ("gus", ("edit", "details"))):
        client = client_as(getattr(world, nick))
        assert {client.get(at(name, incident)).status_code for name in names} == {404}
    reader = client_as(world.aud)
    assert {reader.get(at(name, incident)).status_code for name in DOING} == {403}
    assert {reader.post(at(name, incident), {"text": "x", "reason": "x"}).status_code for name in ("note", "resolve")} == {403}


def test_the_whole_way_by_page(world: World, client_as: Callable[..., Any], incident: Incident) -> None:
    client = client_as(world.noor)

    def post(name: str, **given: str) -> Any:
        return client.post(at(name, incident), given)

    assert client.get(at("acknowledge", incident)).status_code == 200
    assert post("acknowledge").status_code == 302
    assert post("acknowledge").status_code == 403
    bad = post("triage", severity="SEV2", category="hallucination", surface="S-9999", user_harm="2")
    assert bad.status_code == 422 and "no such surface" in bad.content.decode()
    judged = {"severity": "SEV2", "category": "hallucination", "surface": "S-0001", "user_harm": "2", "blast_radius": "2"}
    surface = incident.surface
    assert surface is not None
    assert post("triage", **{**judged, "surface": surface.key}).status_code == 302
    assert "What is proposed on tier 2" in client.get(at("set-severity", incident)).content.decode()
    assert post("set-severity", severity="SEV1", reason="").status_code == 422
    assert post("set-severity", severity="SEV1", reason="a member paid").status_code == 302
    assert post("start-mitigating", reason="").status_code == 302
    assert post("mitigated", reason="retrieval is off").status_code == 302
    assert post("resolve", reason="").status_code == 422
    assert post("resolve", reason="the old index is back").status_code == 302
    assert post("reopen", reason="again").status_code == 302
    assert post("role", role="scribe", person=str(world.sam.pk)).status_code == 302
    assert post("affect", surfaces="S-9999").status_code == 422
    assert post("note", text="").status_code == 422
    assert post("note", text="wrote down").status_code == 302
    row = incident.timeline.get(text="wrote down")
    correct = reverse("incident-correct", args=[incident.key, row.pk])
    assert "wrote down" in client.get(correct).content.decode()
    assert client.post(correct, {"text": "wrote it down"}).status_code == 302
    assert row.corrections.get().text == "wrote it down"
    now = Incident.objects.get(pk=incident.pk)
    assert (now.state, now.severity, now.scribe, now.mitigated_at) == ("mitigating", "SEV1", world.sam, None)


def test_editing_at_once_by_page_loses_no_word(world: World, client_as: Callable[..., Any], incident: Incident) -> None:
    seen = str(incident.version)
    base = {"title": incident.title, "what": incident.what, "category": "hallucination", "version": seen}
    mine, theirs = client_as(world.noor), client_as(world.rosa)
    assert theirs.post(at("edit", incident), {**base, "summary": "The index is wrong."}).status_code == 302
    assert mine.post(at("edit", incident), {**base, "impact": "Three callers."}).status_code == 302
    now = Incident.objects.get(pk=incident.pk)
    assert (now.summary, now.impact) == ("The index is wrong.", "Three callers.")
    both = mine.post(at("edit", incident), {**base, "summary": "The card is wrong.", "impact": "Three callers."})
    page = both.content.decode()
    assert both.status_code == 409 and "The index is wrong." in page and "The card is wrong." in page
    assert f'name="version" value="{now.version}"' in page
    together = {**base, "summary": "The index is wrong, not the card.", "impact": "Three callers.", "version": str(now.version)}
    assert mine.post(at("edit", incident), together).status_code == 302
    assert Incident.objects.get(pk=incident.pk).summary == "The index is wrong, not the card."


def test_messages_by_page(world: World, client_as: Callable[..., Any], incident: Incident) -> None:
    client = client_as(world.rosa)
    assert client.post(at("draft", incident), {"audience": "customers"}).status_code == 302
    message = Communication.objects.get()

    def address(name: str) -> str:
        return reverse(f"communication-{name}", args=[message.key])

    assert "[time]" in client.get(address("edit")).content.decode()
    refused = client.post(address("send"), {"version": "1"})
    assert refused.status_code == 422 and "Still open" in refused.content.decode()
    given = {"subject": "Wrong copay", "text": "Some were told 25.", "version": "1"}
    assert client.post(address("edit"), given).status_code == 302
    assert client.post(address("edit"), given).status_code == 409
    assert client.post(address("send"), {"version": "2"}).status_code == 302
    assert "Wrong copay" in client.get(at("communications", incident)).content.decode()
    assert {client.get(address(name)).status_code for name in ("edit", "send", "discard")} == {403}
    assert client_as(world.ben).get(address("edit")).status_code == 404


def test_it_is_shown_where_people_look(world: World, client_as: Callable[..., Any], incident: Incident) -> None:
    surface = incident.surface
    assert surface is not None
    taken = actions.acknowledge(incident, actor=world.noor)
    client = client_as(world.noor)
    assert incident.key in client.get(reverse("surface-incidents", args=[surface.key])).content.decode()
    actions.edit(taken, actor=world.noor, vendor=_vendor())
    assert incident.key in client.get(reverse("vendor-incidents", args=["meridian"])).content.decode()
    assert contribution(NavItem, "incidents").count(world.noor) == "1 open"  # type: ignore[misc]
    assert contribution(NavItem, "incidents").count(world.ben) is None  # type: ignore[misc]
    [line] = contribution(InboxSource, "incidents").lines(world.noor)
    assert line.title == incident.title
    assert contribution(BriefingLine, "incidents.burning").rows(world.rosa).count() == 1
    assert contribution(BriefingLine, "incidents.untaken").rows(world.rosa).count() == 0
    assert [hit.url for hit in contribution(SearchSource, "incidents").find(world.noor, incident.key, 5)] == [
        incident.get_absolute_url()
    ]
    [hit] = contribution(SearchSource, "incidents.declare").find(world.noor, "declare incident on triage", 5)
    assert hit.label == "Declare incident on Claims triage" and surface.key in hit.url
    assert contribution(SearchSource, "incidents.declare").find(world.noor, "triage", 5) == []
    owned = contribution(OwnedSource, "incidents")
    assert list(owned.owned(world.noor)) == [incident]
    given = owned.reassign(incident, actor=world.ada, to=world.sam, reason="She left.")
    assert given.owner == world.sam


def _vendor() -> Vendor:
    return Vendor.objects.get(key="meridian")
