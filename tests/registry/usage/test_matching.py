"""A call is held against what was approved at its own moment; every reason that speaks against it is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from governance.core import clock
from registry.assets import actions as assets
from registry.catalog.models import Endpoint, Vendor
from registry.modes import actions as modes
from registry.surfaces.models import Surface
from registry.usage.matching import book
from registry.usage.matching.standing import MODE_REACHES
from registry.usage.models import Observation, UsageAlias, UsageBatch, UsagePath, UsageSource
from registry.usage.seen import OTHER
from registry.usage.storing import paths
from tests.registry.building import CONTRACT, make_surface
from tests.registry.usage.observing import call, deliver


def reasons(**given: Any) -> list[str]:
    """Deliver one call and return what speaks against it."""
    deliver([call(**given)])
    path = UsagePath.objects.latest("pk")
    return list(path.reasons)


def source(kind: str, owner: Any, **reach: Any) -> UsageSource:
    return UsageSource.objects.bulk_create([UsageSource(name=f"{kind} {reach}", kind=kind, owner=owner, **reach)])[0]


CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"region": ""}, []),
    ({"model": "openai/Meridian-2.1-Large"}, []),
    ({"model": "", "endpoint": "meridian-large-eu"}, []),
    ({"model": "meridian-3"}, ["unknown_model"]),
    ({"region": "us-east"}, ["region_not_in_revision"]),
    ({"classes": ("internal", "health data")}, ["class_not_in_revision:health_data", "class_never_here:health_data"]),
    ({"model": "", "tool": "claims.read"}, []),
    ({"model": "", "tool": "payments.release"}, ["tool_not_in_revision:payments.release"]),
    ({"model": ""}, ["model_not_said"]),
]


def test_every_reason_is_told(world: Any, live: Surface) -> None:
    sent = [call(claim=live.key, **given) for given, _ in CASES]
    deliver(sent)
    paths_of = dict(Observation.objects.values_list("uid", "path"))
    known = UsagePath.objects.in_bulk()
    assert [known[paths_of[each.uid]].reasons for each in sent] == [expected for _, expected in CASES]
    assert set(UsagePath.objects.filter(standing="unknown").values_list("model", flat=True)) == {""}


def test_a_model_of_the_catalogue_without_a_route_is_not_approved(world: Any, live: Surface, approve: Any) -> None:
    vendor = Vendor.objects.get()
    Endpoint.objects.bulk_create(
        [Endpoint(key="small-eu", name="Small", vendor=vendor, model="small", region="eu", state="approved")]
    )
    book.forget()
    assert reasons(claim=live.key, model="small", region="eu") == ["model_not_in_revision"]
    assert reasons(claim=live.key, model="small", region="us") == ["model_not_in_revision"]
    approve(live, routes=[*CONTRACT["routes"], {"endpoint": "small-eu", "role": "fallback"}])
    assert reasons(claim=live.key, model="small", region="eu") == []


def test_nothing_in_force_is_a_reason_of_its_own(world: Any, live: Surface) -> None:
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Another")
    assert reasons(claim=other.key) == ["nothing_in_force"]


def test_a_lowered_mode_counts_once_programs_could_know_it(world: Any, live: Surface) -> None:
    modes.lower(live, actor=world.noor, to="off", reason="It is wrong.")
    now = clock.now()
    assert reasons(claim=live.key) == []
    assert reasons(claim=live.key, at=now + MODE_REACHES + timedelta(seconds=1)) == ["mode:off"]


def test_names_lead_to_a_surface_in_their_order(world: Any, live: Surface) -> None:
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Another")
    UsageAlias.objects.bulk_create(
        [
            UsageAlias(attribute="service", value="Claims-Triage", surface=live),
            UsageAlias(attribute="agent", value="sorter", surface=other),
            UsageAlias(attribute="claim", value="old-name", surface=other),
            UsageAlias(attribute="model", value="sonnet", endpoint=Endpoint.objects.get()),
        ]
    )
    book.forget()
    told = [
        call(),
        call(service="x", agent="Sorter"),
        call(claim="OLD-NAME"),
        call(claim=other.key),
        call(claim="nobody", service="y"),
        call(model="Sonnet", region=""),
    ]
    deliver(told)
    found = UsagePath.objects.values_list("matched_by", "surface", "endpoint__key")
    meridian = "meridian-large-eu"
    assert sorted(found, key=str) == sorted(
        [
            ("service", live.pk, meridian),
            ("agent", other.pk, meridian),
            ("claim_alias", other.pk, meridian),
            ("claim", other.pk, meridian),
            ("", None, meridian),
            ("service", live.pk, meridian),
        ],
        key=str,
    )


def test_a_source_sends_for_what_it_reaches_and_nothing_else(world: Any, live: Surface) -> None:
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("support"), name="Another")
    own = source("surface", world.noor, surface=live)
    team = source("team", world.noor, team=world.team("claims"))

    done = deliver([call(service="any"), call(claim=other.key)], source=own)
    assert (done.stored, [each.reason for each in done.refused]) == (1, ["surface"])
    assert "may not send for" in done.refused[0].message
    done = deliver([call(claim=live.key), call(claim=other.key)], source=team)
    assert (done.stored, [each.place for each in done.refused]) == (1, [1])
    done = deliver([call(claim=live.key), call(claim=other.key)], sender=world.noor)
    assert done.stored + len(done.refused) == 2
    assert UsageBatch.objects.order_by("pk").values_list("refused", flat=True)[0] == 1


def test_prompt_versions_are_known_by_label_and_hash(world: Any, live: Surface) -> None:
    assert live.in_force is not None
    assets.remember(live.in_force, actor=world.noor)
    book.forget()
    for said in ("v31", "triage@v31", "triage:V31"):
        deliver([call(claim=live.key, prompt=said)])
    assert set(UsagePath.objects.values_list("prompt_version__label", flat=True)) == {"v31"}
    digest = UsagePath.objects.select_related("prompt_version").first().prompt_version.digest  # type: ignore[union-attr]
    deliver([call(claim=live.key, prompt=digest[:16])])
    assert UsagePath.objects.latest("pk").prompt_version is not None
    deliver([call(claim=live.key, prompt="v32")])
    assert UsagePath.objects.latest("pk").prompt_version is None


def test_a_source_opens_paths_up_to_a_bound_and_loses_no_call(world: Any, live: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MOST_A_DAY", 3)
    sent = [call(claim=live.key, feature=f"f{number}", service=f"s{number}") for number in range(10)]

    assert deliver(sent).stored == 10
    assert UsagePath.objects.count() == 4
    rest = UsagePath.objects.get(feature=OTHER)
    assert (rest.surface_id, rest.service, rest.model) == (live.pk, OTHER, "meridian-2.1-large")
    assert deliver([call(claim=live.key, feature="new")]).stored == 1
    assert UsagePath.objects.count() == 4


def test_facts_are_read_again_when_the_ledger_moved(world: Any, live: Surface, approve: Callable[..., Any]) -> None:
    assert reasons(claim=live.key, model="", tool="claims.read") == []
    approve(live, authority=CONTRACT["authority"])
    assert reasons(claim=live.key, model="", tool="claims.read") == ["tool_not_in_revision:claims.read"]
