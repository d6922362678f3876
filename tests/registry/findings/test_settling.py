"""A finding ends by itself when its cause is gone or allowed, and says by what and from when."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.core import clock
from governance.core.errors import Conflict, Denied, StaleState
from governance.ledger.models import Entry
from registry.catalog.models import Endpoint, Tool
from registry.findings import actions, proposing, registering, settling
from registry.findings.models import Finding
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Draft, Surface
from registry.usage.matching import book
from registry.usage.models import UsageAlias
from tests.registry.building import CONTRACT
from tests.registry.findings.test_drawing import follow, look, seen
from tests.registry.usage.conftest import TOOLS
from tests.registry.usage.observing import call, deliver

Enter = Callable[..., Client]


def test_a_change_that_allows_it_settles_it_from_when_it_holds(world: Any, live: Surface, approve: Callable[..., Any]) -> None:
    [finding] = seen(call(claim=live.key, tool="payments.release"))
    pay = {"key": "payments.release", "effect": "irreversible", "approval": True}
    assert follow()["settled"] == 0
    Tool.objects.filter(key="payments.release").update(effect="read")
    change = approve(live, authority={**CONTRACT["authority"], "tools": [*TOOLS, {**pay, "effect": "read"}]})
    assert follow()["settled"] == 1
    finding.refresh_from_db()
    assert (finding.state, finding.resolution, finding.change) == ("accepted", "change", change)
    assert finding.settled_at == live.in_force_since
    told = Entry.objects.get(kind="finding.settled")
    assert change.key in told.body
    assert follow()["settled"] == 0


def test_what_is_seen_again_after_it_was_settled_is_open_again(world: Any, live: Surface, approve: Callable[..., Any]) -> None:
    [finding] = seen(call(claim=live.key, classes=("public",)))
    both = [{"key": "internal", "handling": "plain"}, {"key": "public", "handling": "plain"}]
    approve(live, inputs={**CONTRACT["inputs"], "data_classes": both})
    follow()
    finding.refresh_from_db()
    assert finding.state == "accepted"
    approve(live)
    [same] = seen(call(claim=live.key, classes=("public",)))
    assert (same.pk, same.state, same.settled_at, same.change) == (finding.pk, "open", None, None)


def test_what_was_not_seen_for_long_is_gone(world: Any, live: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    [finding] = seen(call(claim=live.key, tool="one"))
    later = clock.now() + timedelta(days=15)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert settling.settle_all() == [finding.key]
    finding.refresh_from_db()
    assert (finding.resolution, finding.reason) == ("gone", "Not seen for 14 days.")


def test_a_catalogue_that_knows_the_model_settles_that_it_did_not(world: Any, live: Surface) -> None:
    [finding] = seen(call(claim=live.key, model="new-model", region=""))
    vendor = Endpoint.objects.get().vendor
    Endpoint.objects.bulk_create([Endpoint(key="new", name="New", vendor=vendor, model="new-model", state="approved")])
    book.forget()
    follow()
    finding.refresh_from_db()
    assert (finding.state, finding.resolution) == ("accepted", "catalogue")


def test_registering_from_a_finding_names_the_program_and_settles_it(
    world: Any, live: Surface, client_as: Enter, django_capture_on_commit_callbacks: Any
) -> None:
    [finding] = seen(call(service="grammar-helper", model="gpt-x"))
    client = client_as(world.rosa)
    answer = client.post(reverse("finding-register", args=[finding.key]))
    draft = Draft.objects.get(kind="registration")
    assert answer["Location"] == reverse("surface-register-step", args=[draft.pk, "what"])
    assert draft.content["name"] == "Grammar helper" and "gpt-x" in draft.content["purpose"]
    assert 'value="Grammar helper"' in client.get(answer["Location"]).content.decode()
    given = {"name": "Grammar helper", "owner": world.rosa, "team": world.team("claims"), "tier": 0}
    with django_capture_on_commit_callbacks(execute=True):
        made = surfaces.finish_registration(draft, actor=world.rosa, **given)
    alias = UsageAlias.objects.get()
    assert (alias.attribute, alias.value, alias.surface) == ("service", "grammar-helper", made)
    finding.refresh_from_db()
    assert (finding.state, finding.resolution) == ("accepted", "registration")
    assert Entry.objects.filter(kind="finding.registered", subject_id=str(finding.pk)).count() == 1
    before = Entry.objects.count()
    follow()
    assert UsageAlias.objects.count() == 1
    assert not Entry.objects.filter(kind="finding.registered", seq__gt=before).exists()


def test_a_registration_that_nobody_followed_is_found_by_the_schedule(world: Any, live: Surface) -> None:
    [finding] = seen(call(agent="helper", service=""))
    draft = registering.begin(finding, actor=world.rosa)
    surfaces.finish_registration(draft, actor=world.rosa, name="Helper", owner=world.rosa, team=world.team("claims"), tier=0)
    follow()
    finding.refresh_from_db()
    assert finding.state == "accepted" and UsageAlias.objects.get().attribute == "agent"


def test_a_surface_that_is_registered_already_is_named(world: Any, live: Surface) -> None:
    [nameless] = seen(call(service=""))
    with pytest.raises(Conflict, match="carry no name"):
        registering.name(nameless, live, actor=world.rosa)
    finding = next(each for each in seen(call(service="triage-batch")) if "triage-batch" in each.title)
    with pytest.raises(Denied):
        registering.name(finding, live, actor=world.aud)
    named = registering.name(finding, live, actor=world.rosa)
    assert named.state == "accepted" and UsageAlias.objects.get().surface == live
    with pytest.raises(Denied):
        registering.name(named, live, actor=world.rosa)


def test_the_change_that_would_allow_it_is_drafted_and_its_form_filled_in(world: Any, live: Surface, client_as: Enter) -> None:
    vendor = Endpoint.objects.get().vendor
    Endpoint.objects.bulk_create(
        [Endpoint(key="us", name="Large, US", vendor=vendor, model="meridian-2.1-large", region="us-east", state="approved")]
    )
    [finding] = seen(call(claim=live.key, region="us-east"))
    answer = client_as(world.noor).post(reverse("finding-propose", args=[finding.key]))
    assert answer["Location"].startswith(reverse("surface-propose", args=[live.key]))
    draft = Draft.objects.get(kind="contract", surface=live)
    assert draft.content["routes"][-1] == {"endpoint": "us", "role": "fallback"}
    form = client_as(world.noor).get(answer["Location"]).content.decode()
    assert "Allow a route to Large, US" in form and finding.key in form
    assert Entry.objects.filter(kind="finding.change_drafted").count() == 1


def test_a_draft_is_refused_to_who_may_not_edit_the_surface_and_for_what_no_change_allows(world: Any, live: Surface) -> None:
    [finding] = seen(call(claim=live.key, classes=("customer",)))
    with pytest.raises(Denied):
        proposing.draft_change(finding, actor=world.aud)
    found = proposing.proposal(finding)
    assert found.adds == "the data class customer"
    [*_, tool] = seen(call(claim=live.key, tool="unheard.of"))
    with pytest.raises(Conflict, match="no tool unheard"):
        proposing.proposal(tool)
    deliver([call(service="x")])
    look()
    with pytest.raises(Denied):
        proposing.proposal(Finding.objects.get(kind="unknown_surface"))


def test_decisions_are_refused_when_somebody_was_faster(world: Any, live: Surface) -> None:
    [finding] = seen(call(claim=live.key, tool="one"))
    version = finding.version
    actions.reassign(finding, actor=world.noor, to=world.sam, expected_version=version)
    with pytest.raises(StaleState):
        actions.dismiss(finding, actor=world.rosa, reason="No.", expected_version=version)
    actions.dismiss(finding, actor=world.rosa, reason="No.")
    with pytest.raises(StaleState):
        actions.snooze(finding, actor=world.rosa, until=clock.today() + timedelta(days=1), reason="Later.")
    with pytest.raises(StaleState):
        actions.settle(finding, resolution="gone")
