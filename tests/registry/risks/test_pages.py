"""The pages of the register: cheap, honest about what each may see, and pictures that open exactly their rows."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from governance.core import clock
from governance.people import actions as people
from governance.scorecard import queries as home
from registry.evidence import actions as evidence
from registry.risks import actions
from registry.risks.models import Risk
from registry.surfaces.models import Surface
from tests.registry.building import make_surface
from tests.world import World

MOST_QUERIES = 22


@pytest.fixture
def surface(world: World) -> Surface:
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)


@pytest.fixture
def risk(world: World, surface: Surface) -> Risk:
    return add(world.noor, surface=surface)


def add(actor: Any, **more: Any) -> Risk:
    given = {"title": "Cards in free text", "area": "data_exposure", "likelihood": 3, "impact": 4, **more}
    return actions.register(actor=actor, **given)


@pytest.mark.parametrize(("nick", "offered"), [("rosa", True), ("ingrid", True), ("noor", False), ("aud", False), ("gus", False)])
def test_an_empty_register_offers_the_five_areas_to_who_may(
    world: World, client_as: Callable[..., Any], nick: str, offered: bool
) -> None:
    client = client_as(getattr(world, nick))
    assert ("Draft the five areas from policy" in client.get(reverse("risks")).content.decode()) == offered
    assert client.get(reverse("risk-areas")).status_code == (200 if offered else 403)
    assert client.post(reverse("risk-areas")).status_code == (302 if offered else 403)
    assert Risk.objects.count() == (5 if offered else 0)


def test_the_list_costs_the_same_for_one_row_and_three(
    world: World, client_as: Callable[..., Any], risk: Risk, django_assert_max_num_queries: Any
) -> None:
    client = client_as(world.noor)
    client.get(reverse("risks"))
    counts = []
    for number in (0, 2):
        for row in range(number):
            add(world.rosa, title=f"Risk {row}")
        with django_assert_max_num_queries(MOST_QUERIES) as seen:
            assert "Data exposure" in client.get(reverse("risks")).content.decode()
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]


def test_each_cell_of_the_map_opens_exactly_its_rows(world: World, client_as: Callable[..., Any], risk: Risk) -> None:
    add(world.rosa, title="Company, same cell")
    add(world.rosa, title="Company, higher", likelihood=5, impact=5)
    gone = add(world.rosa, title="Gone")
    actions.close(gone, actor=world.rosa, reason="Cannot happen.")
    client = client_as(world.rosa)
    for query, cells in (
        ("", {(3, 4): 2, (5, 5): 1}),
        ("?company=true", {(3, 4): 1, (5, 5): 1}),
        (f"?surface={risk.surface_id}", {(3, 4): 1}),
        (f"?team={world.team('claims').pk}", {(3, 4): 1}),
        (f"?team={world.team('support').pk}", {}),
    ):
        page = client.get(reverse("risk-map") + query).content.decode()
        found = re.findall(
            r'<a class="cell risk-\w+" href="([^"]+)" aria-label="(\d+) risks?, likelihood (\d), impact (\d)', page
        )
        assert {(int(likelihood), int(impact)): int(number) for _, number, likelihood, impact in found} == cells
        for url, number, *_ in found:
            rows = client.get(unescape(url)).content.decode()
            assert len(re.findall(r"<small class=\"col-2\">R-\d+</small>", rows)) == int(number)


@pytest.mark.parametrize("nick", ["noor", "sam", "aud"])
def test_one_risk_says_how_high_it_is_and_what_holds_it(
    world: World, client_as: Callable[..., Any], risk: Risk, nick: str, django_assert_max_num_queries: Any
) -> None:
    actions.edit(risk, actor=world.noor, controls=["rate_limits"], plan="Mask card numbers.")
    actions.attach_evidence(risk, evidence.collect(actor=world.noor, url="https://a.example", title="Mask"), actor=world.noor)
    client = client_as(getattr(world, nick))
    client.get(reverse("risks"))
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(reverse("risk", args=[risk.key])).content.decode()
    for said in ("12 high", "Possible: about once a year", "Mask card numbers.", "Rate limits", "Claims triage"):
        assert said in page
    assert ("EV-" in page) == (nick != "sam"), "evidence is seen by its own rule"
    assert ("Attach evidence" in page) == (nick == "noor")
    assert client.get(reverse("risk-activity", args=[risk.key])).status_code == 200


def test_who_may_not_see_it_finds_nothing(world: World, client_as: Callable[..., Any], risk: Risk) -> None:
    names = ("risk", "risk-activity", "risk-edit", "risk-review", "risk-accept", "risk-close", "risk-owner", "risk-link")
    for nick in ("ben", "gus"):
        client = client_as(getattr(world, nick))
        assert {client.get(reverse(name, args=[risk.key])).status_code for name in names} == {404}
    reader = client_as(world.aud)
    assert {reader.get(reverse(name, args=[risk.key])).status_code for name in names[2:]} == {403}


def test_a_risk_is_added_and_changed_by_page(world: World, client_as: Callable[..., Any], surface: Surface) -> None:
    client = client_as(world.noor)
    address = f"{reverse('risk-add')}?surface={surface.key}"
    given = {"title": "Cards", "area": "data_exposure", "likelihood": "2", "impact": "5", "treatment": "reduce"}
    assert "A risk of Claims triage" in client.get(address).content.decode()
    assert client.get(reverse("risk-add")).status_code == 403
    bad = client.post(address, {**given, "area": "volcanoes", "owner": world.noor.pk})
    assert bad.status_code == 422 and 'value="Cards"' in bad.content.decode()
    assert client.post(address, {**given, "owner": world.sam.pk}).status_code == 302
    made = Risk.objects.get()
    assert (made.score, made.owner, made.surface) == (10, world.sam, surface)
    changed = {**given, "impact": "1", "controls": ["rate_limits", "sandbox"], "version": "1"}
    assert client.post(reverse("risk-edit", args=[made.key]), changed).status_code == 302
    made.refresh_from_db()
    assert (made.score, made.controls) == (2, ["rate_limits", "sandbox"])
    assert client.post(reverse("risk-edit", args=[made.key]), changed).status_code == 409


def test_deciding_by_page_keeps_what_was_typed(world: World, client_as: Callable[..., Any], risk: Risk) -> None:
    client = client_as(world.noor)

    def post(name: str, **given: str) -> Any:
        return client.post(reverse(f"risk-{name}", args=[risk.key]), given)

    bare = post("accept", reason="", version="1")
    assert bare.status_code == 422 and "needs a reason" in bare.content.decode()
    assert post("accept", reason="For now.", version="1").status_code == 302
    assert "For now." in client.get(reverse("risk", args=[risk.key])).content.decode()
    assert post("reopen", reason="No longer.", version="2").status_code == 302
    assert post("review", likelihood="1", impact="1", version="3").status_code == 302
    assert post("owner", to=str(world.sam.pk), version="4").status_code == 302
    assert post("close", reason="The field is gone.", version="5").status_code == 302
    risk.refresh_from_db()
    assert (risk.state, risk.score, risk.owner) == ("closed", 1, world.sam)


def test_links_by_page(world: World, client_as: Callable[..., Any], risk: Risk) -> None:
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Claims letters")
    shown = evidence.collect(actor=world.noor, url="https://a.example", title="Mask")
    client = client_as(world.noor)
    assert client.post(reverse("risk-link", args=[risk.key]), {"surface": other.key}).status_code == 302
    assert client.post(reverse("risk-link", args=[risk.key]), {"surface": "S-9999"}).status_code == 404
    assert "Mask" in client.get(reverse("risk-evidence", args=[risk.key])).content.decode()
    assert client.post(reverse("risk-evidence", args=[risk.key]), {"evidence": str(shown.pk)}).status_code == 302
    tab = client.get(reverse("surface-risks", args=[other.key])).content.decode()
    assert risk.title in tab and "of Claims triage" in tab
    assert client.post(reverse("risk-unlink", args=[risk.key, other.key])).status_code == 302
    assert client.post(reverse("risk-evidence-off", args=[risk.key, shown.pk])).status_code == 302
    assert "No risk is written down" in client.get(reverse("surface-risks", args=[other.key])).content.decode()


def test_what_is_overdue_or_unowned_is_said_where_people_look(
    world: World, client_as: Callable[..., Any], risk: Risk, freeze: Any
) -> None:
    freeze(clock.now() + timedelta(days=91))
    lines = {line.label: line.url for each in home.questions(world.rosa) for line in each.lines}
    assert lines["risk whose review is overdue"].endswith("?overdue=true")
    assert [line.title for line in home.inbox(world.noor) if line.verb == "Review"] == ["Cards in free text"]
    page = client_as(world.noor).get(reverse("risk", args=[risk.key])).content.decode()
    assert "It was to be looked at by" in page and "Look at it again" in page
    people.deactivate(world.noor, actor=world.ada, reason="Left the company.")
    lines = {line.label: line.url for each in home.questions(world.rosa) for line in each.lines}
    rows = client_as(world.rosa).get(lines["risk that nobody answers for"]).content.decode()
    assert "Cards in free text" in rows
    page = client_as(world.rosa).get(reverse("risk", args=[risk.key])).content.decode()
    assert "Nobody answers for this." in page
