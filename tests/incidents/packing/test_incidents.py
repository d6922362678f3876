"""What a pack says of incidents: all of it to auditors, and to buyers what policy's edition for outside says."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.core import clock
from governance.core.errors import NotVisible
from governance.documents import rendering
from governance.documents.density import unbounded
from governance.ledger.models import Entry
from governance.packs.sections import BUYER, FULL, INCIDENT, Window
from governance.policy import queries as policy
from incidents.cases.models import Incident
from incidents.packing import scopes
from incidents.packing.told import SECTION
from incidents.postmortems import actions
from incidents.postmortems.models import Postmortem
from incidents.running import actions as running
from tests.incidents.building import make_incident
from tests.incidents.postmortems.conftest import fill
from tests.registry.packing.conftest import collected


def look(user: Any, edition: str = FULL, **more: Any) -> Window:
    today = clock.now().date()
    whole = Window("company", today - timedelta(days=30), today, edition, clock.now(), user)
    if edition == BUYER:
        whole = replace(whole, redact=policy.proof_rules().redacted[BUYER])
    return replace(whole, **more)


def page(window: Window, found: Any) -> str:
    told = ""
    for chapter in SECTION.chapters(window, found) if SECTION.chapters else ():
        for place, context in enumerate(chapter.contexts):
            about = {"key": chapter.key, "title": chapter.title, "level": chapter.level, "first": place == 0}
            doc = {
                "language": "en",
                "title": "",
                "company": "",
                "kind": "",
                "made": "",
                "head": "",
                "classification": "",
                "foot": "",
            }
            told += rendering.html(chapter.template, {**context, "doc": doc, "chapter": about}, unbounded())
    return told


def test_an_auditor_reads_the_incident_its_timeline_and_what_was_signed(world: Any, approved: Postmortem) -> None:
    window = look(world.aud)
    found = collected(window, SECTION)
    incident, postmortem = found["incidents"][0], found["postmortems"][0]
    assert (incident["key"], incident["severity"], incident["owner"]) == (approved.incident.key, "SEV2", "Noor Haddad")
    assert Entry.objects.get(seq=incident["entry"]).kind == "incident.reported"
    assert [row["kind"] for row in found["incident-timeline"]].count("Report") == 1
    assert postmortem["sha256"] == approved.digest and postmortem["left_out"] == []
    assert {each["heading"] for each in postmortem["sections"]} >= {"Impact", "Where luck helped"}
    assert postmortem["approvals"][0]["person"] == "Lena Fischer"
    assert Entry.objects.get(seq=postmortem["entry"]).kind == "approval.settled"
    assert found["action-items"][0]["owner"] == "Noor Haddad"
    assert {row["outcome"] for row in found["clocks"]} <= {"Done in time", "Done late", "Running", "Late", "Called off"}
    html = page(window, found)
    assert "Where luck helped" in html and approved.incident.title in html


def test_a_buyer_reads_what_the_edition_for_outside_says(world: Any, begun: Postmortem, approve: Any) -> None:
    fill(begun, world.noor)
    for section in begun.sections.filter(kind="impact"):
        actions.write_section(section, actor=world.noor, text="Noor Haddad asked Meridian AI; noor@example.org.")
    approve(begun)
    window = look(world.aud, BUYER)
    found = collected(window, SECTION)
    told = json.dumps([list(rows) for rows in found.values()]) + page(window, found)
    for name in ("Noor", "Haddad", "Lena", "example.org", "Meridian", "Where luck helped: what we know"):
        assert name not in told
    assert "[a colleague] asked [the vendor]" in told
    for column in ("owner", "vendor", "endpoints", "trace_ids", "attachments"):
        assert column not in {each.name for each in found["incidents"].columns}
    assert found["postmortems"][0]["approvals"][0]["position"] == "Product manager"
    assert "“Where luck helped”" in found["postmortems"][0]["left_out"]
    assert list(SECTION.evidence(window)) == []  # type: ignore[misc]


def test_what_nobody_agreed_to_leaves_the_house_with_nobody(world: Any, begun: Postmortem) -> None:
    assert collected(look(world.aud), SECTION)["postmortems"][0]["state"] == "Being written"
    assert collected(look(world.aud, BUYER), SECTION)["postmortems"] == []


def test_it_says_the_same_again_whatever_happened_since(world: Any, resolved: Incident) -> None:
    window = look(world.aud)
    before = json.dumps({key: list(rows) for key, rows in collected(window, SECTION).items()})
    with clock.telling(clock.now() + timedelta(hours=1)):
        actions.begin(resolved, actor=world.noor)
        running.edit(resolved, actor=world.noor, summary="Words that came later.")
        make_incident(actor=world.sam, surface=resolved.surface, title="Later")
    assert json.dumps({key: list(rows) for key, rows in collected(window, SECTION).items()}) == before


def test_three_incidents_take_as_many_queries_as_one(world: Any, resolved: Incident) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            collected(look(world.aud), SECTION)
        return len(queries)

    asked()
    one = asked()
    for title in ("Second", "Third"):
        make_incident(actor=world.sam, surface=resolved.surface, title=title)
    assert asked() == one


def test_an_incident_is_a_scope_for_whoever_sees_it(world: Any, resolved: Incident) -> None:
    assert resolved.surface is not None
    scope = scopes.resolve(world.noor, (str(resolved.pk),))
    assert scope.incident_ids == (resolved.pk,) and scope.surface_ids == (resolved.surface.pk,)
    assert [each.key for each in scope.subjects] == [resolved.key]
    assert [each.key for each in scopes.find(world.noor, resolved.key, 5)] == [resolved.key]
    only = look(world.noor, scope=INCIDENT, incident_ids=(resolved.pk,), start=clock.now().date(), end=clock.now().date())
    assert [row["key"] for row in collected(only, SECTION)["incidents"]] == [resolved.key]
    assert scopes.find(world.ben, resolved.key, 5) == []
    for refused in (lambda: scopes.resolve(world.ben, (str(resolved.pk),)), lambda: scopes.named(world.ben, [resolved.key])):
        with pytest.raises(NotVisible):
            refused()


def test_who_sees_no_incident_gets_none(world: Any, resolved: Incident) -> None:
    window = look(world.ben)
    found = collected(window, SECTION)
    assert all(rows == [] for rows in found.values())
    assert "No incident was open in the period." in page(window, found)
