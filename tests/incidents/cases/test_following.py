"""What changed before an incident, what resembles it, and what its timeline says by itself."""

from datetime import timedelta
from typing import Any

import pytest

from governance.core import clock
from governance.ledger import kinds, transitions
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.notifications.models import Tail
from incidents.cases import before, following, queries
from incidents.cases.models import TimelineEntry
from incidents.cases.similar import similar
from incidents.running import actions
from registry.assets import actions as assets
from registry.assets.models import Asset
from registry.surfaces.models import Surface
from tests.incidents.building import make_case_surface, make_incident
from tests.registry.building import make_surface


@pytest.fixture
def surface(world: Any) -> Surface:
    return make_case_surface(world)


@action
def tell(surface: Surface, *, actor: Any, kind: str, **payload: Any) -> None:
    """Let the ledger tell of a surface, as the feature that owns the kind does."""
    transitions.change(surface, actor=actor, kind=kind, changes={}, payload=payload)


@action
def own_asset(surface: Surface, *, actor: Any) -> Asset:
    """A retrieval source of one surface, as its first revision makes it."""
    made = Asset(kind="retrieval", contract_key="benefits", name="Benefits index", surface=surface, owner=actor)
    return transitions.create(made, actor=actor, kind="asset.registered", touches=made.ledger_touches)


def lower(world: Any, surface: Surface) -> None:
    tell(
        surface, actor=world.noor, kind="mode.lowered", before="normal", after="no_retrieval", step="M-1", reason="Wrong prices."
    )


def read_on() -> dict[str, int]:
    return following.follow(None, lambda *told: None)


def test_a_step_of_the_mode_stands_on_the_timelines_of_open_incidents_once(world: Any, surface: Surface) -> None:
    first, other = make_incident(actor=world.sam, surface=surface), make_incident(actor=world.ben)
    closed = make_incident(actor=world.rosa, surface=surface, source="import", state="closed", closed_at=clock.now())
    read_on()
    lower(world, surface)
    assert read_on()["written"] == 1
    row = first.timeline.get(kind="mode")
    assert row.text == "moved the mode from normal to no retrieval: Wrong prices."
    assert row.author == world.noor and row.entry_seq == Entry.objects.get(kind="mode.lowered").seq
    assert row.data["step"] == "M-1" and not other.timeline.filter(kind="mode") and not closed.timeline.exists()
    Tail.objects.filter(name=following.TAIL).update(seq=0)  # as if the process had died before it was moved
    assert read_on()["written"] == 0


def test_it_is_written_at_once_after_the_commit(world: Any, surface: Surface, django_capture_on_commit_callbacks: Any) -> None:
    incident = make_incident(actor=world.sam, surface=surface)
    further = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Benefits chat")
    actions.affect(incident, actor=world.noor, surfaces=[further])
    with django_capture_on_commit_callbacks(execute=True):
        lower(world, further)
    assert incident.timeline.get(kind="mode").author == world.noor
    assert Entry.objects.filter(kind="incident.followed", subject_id=str(incident.pk)).count() == 1


def test_what_changed_in_the_hours_before_is_found_nearest_first(world: Any, surface: Surface, freeze: Any) -> None:
    traveller = freeze("2031-03-03 10:00")  # later than the surface itself: time in the ledger never runs backwards
    tell(surface, actor=world.noor, kind="surface.tier_set", tier=2, before=1)
    traveller.shift(timedelta(hours=80))
    tell(surface, actor=world.noor, kind="surface.in_force", number=22, digest="5" * 64, change="")
    traveller.shift(timedelta(hours=20))
    lower(world, surface)
    traveller.shift(timedelta(hours=5))
    incident = queries.get(world.rosa, make_incident(actor=world.sam, surface=surface).key)
    found = before.recent_changes(incident)
    assert [(each.title, each.hours, each.word) for each in found] == [
        ("Mode lowered to no retrieval", 5, "at once"),
        ("Revision 22 came into force", 25, "approved"),
    ]
    assert "By Noor Haddad." in found[0].detail and not found[0].is_suspect
    assert len(before.recent_changes(incident, 200)) == 3
    assert before.recent_changes(make_incident(actor=world.ben)) == []


def test_a_version_that_no_contract_names_is_not_approved(world: Any, surface: Surface) -> None:
    asset = own_asset(surface, actor=world.noor)
    assets.record_version(asset, actor=world.noor, label="2026-11-19", snapshot="benefits-2026-11-19", reason="Nightly.")
    [found] = before.recent_changes(make_incident(actor=world.sam, surface=surface))
    assert (found.word, found.is_suspect, found.short) == ("not approved", True, "2026-11-19")
    assert "no approval asked" in found.detail


def test_what_happened_to_the_surface_since_it_began_counts_as_well(world: Any, surface: Surface, freeze: Any) -> None:
    traveller = freeze("2031-03-03 10:00")  # later than the surface itself: time in the ledger never runs backwards
    lower(world, surface)
    began = clock.now() - timedelta(hours=60)
    traveller.shift(timedelta(hours=1))
    incident = make_incident(actor=world.sam, surface=surface, occurred_at=began)
    assert [each.hours for each in before.recent_changes(incident)] == [1]


def test_what_resembles_it_is_found_among_what_one_may_see(world: Any, surface: Surface) -> None:
    past = make_incident(actor=world.sam, surface=surface, title="Callers were told a wrong copay")
    make_incident(actor=world.ben, category="vendor_outage", what="The vendor was down all morning.")
    now = make_incident(actor=world.sam, surface=surface, title="Callers told the wrong copay again")
    [alike] = similar(now, world.rosa)
    assert alike.incident == past and alike.score > 80
    assert alike.why == "same surface, same kind, alike in words"
    assert similar(now, world.ben) == []


def test_every_kind_that_is_followed_is_one_the_ledger_knows() -> None:
    for name, (kind, _) in following.SAYS.items():
        assert kinds.get(name) and kind in TimelineEntry.Kind.values
    for name in (*before.OWN, *before.TOUCHING, *before.EVERYWHERE, before.VERSION, *before.ENDED, *before.APPROVED):
        assert kinds.get(name)
    for names in before.NAMED.values():
        assert all(kinds.get(name) for name in names)
