"""Reads the facts that matching rests on out of the registry's rows and histories, with what held when."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from governance.policy import queries as policy
from governance.policy.models import DataClass, PolicyVersion
from governance.policy.rows import tiers
from registry.assets.models import Asset, AssetUse
from registry.catalog.models import DataRule, Endpoint, Tool, Vendor
from registry.changes.models import InForce
from registry.modes import ladder
from registry.modes.models import ModeChange
from registry.quarantine.models import Quarantine
from registry.surfaces.models import Revision, Surface
from registry.usage.matching.facts import (
    EndpointFacts,
    Facts,
    PolicyFacts,
    PromptFacts,
    RevisionFacts,
    Span,
    SurfaceFacts,
    Timeline,
    timeline,
)
from registry.usage.matching.standing import MODE_REACHES
from registry.usage.models import UsageAlias

OUT_OF_USE = ("suspended", "retired")


def facts(surface: Callable[[int], SurfaceFacts | None]) -> Facts:
    """Return all that holds for every surface; `surface` reads single ones later. About ten statements."""
    endpoints = {each.id: each for each in _endpoints()}
    by_model: dict[str, list[EndpointFacts]] = defaultdict(list)
    for each in endpoints.values():
        by_model[each.model.casefold()].append(each)
    rules, policies, quarantined = _rules(), _policies(), _quarantined()
    cuts = {moment for each in endpoints.values() for moment in each.states.times}
    cuts |= {moment for each in rules.values() for moment in each.times} | set(policies.times)
    spans = [span for held in quarantined.values() for span in held]
    cuts |= {span.since for span in spans} | {span.until for span in spans if span.until is not None}
    return Facts(
        surface=surface,
        claims=claims(),
        aliases=aliases(),
        endpoints=endpoints,
        by_key={each.key.casefold(): each for each in endpoints.values()},
        by_model=dict(by_model),
        rules=rules,
        policies=policies,
        quarantined=quarantined,
        cuts=frozenset(cuts),
    )


def claims() -> dict[str, int]:
    """Return how spans may name surfaces: by key (S-0418) and by the id they have elsewhere. A key goes before such an id."""
    rows = list(Surface.objects.order_by("-pk").values_list("pk", "external_id"))
    found = {external.strip().casefold(): pk for pk, external in rows if external.strip()}
    return found | {f"s-{pk:04d}": pk for pk, _ in rows}


def aliases() -> dict[tuple[str, str], int]:
    """Return what names mean: (attribute, name) to a surface, or to an endpoint where the attribute is the model."""
    rows = UsageAlias.objects.values_list("attribute", "value", "surface_id", "endpoint_id")
    return {(attribute, value.strip().casefold()): surface or endpoint for attribute, value, surface, endpoint in rows}


def surface(pk: int) -> SurfaceFacts | None:
    """Return one surface with every revision that ever held and every step of its mode; None where there is none."""
    row = Surface.objects.filter(pk=pk).values_list("team_id", "tier", "mode").first()
    if row is None:
        return None
    team, tier, mode = row
    held = list(InForce.objects.filter(surface=pk).order_by("since", "pk").values_list("since", "revision_id"))
    known = _revisions({revision for _, revision in held if revision is not None})
    revisions: Timeline[RevisionFacts | None] = timeline((since, known.get(one) if one else None) for since, one in held)
    return SurfaceFacts(pk, team, tier, revisions, _modes(pk, mode))


def _revisions(pks: set[int]) -> dict[int, RevisionFacts]:
    prompts: dict[int, list[PromptFacts]] = defaultdict(list)
    uses = AssetUse.objects.filter(revision__in=pks, version__asset__kind=Asset.Kind.PROMPT).order_by("pk")
    columns = ("revision_id", "version_id", "version__asset__contract_key", "version__label", "version__digest")
    for revision, version, key, label, digest in uses.values_list(*columns):
        prompts[revision].append(PromptFacts(version, key, label, digest))
    rows = Revision.objects.filter(pk__in=pks).values_list("pk", "tier", "contract")
    return {pk: _revision(pk, tier, contract, prompts[pk]) for pk, tier, contract in rows}


def _revision(pk: int, tier: int, contract: Mapping[str, Any], prompts: Iterable[PromptFacts]) -> RevisionFacts:
    return RevisionFacts(
        id=pk,
        tier=tier,
        routes=tuple((row["endpoint"], row["role"]) for row in contract.get("routes") or ()),
        tools=frozenset(row["key"] for row in (contract.get("authority") or {}).get("tools") or ()),
        classes=tuple(sorted({row["key"] for row in (contract.get("inputs") or {}).get("data_classes") or ()})),
        prompts=tuple(prompts),
    )


def _modes(pk: int, now: str) -> Timeline[str]:
    """The modes of a surface; what was lowered counts from the moment on at which every program has asked for it."""
    steps = list(ModeChange.objects.filter(surface=pk).order_by("at", "pk").values_list("at", "before", "after"))
    rows: list[tuple[datetime, str]] = []
    for at, before, after in steps:
        reaches = at + MODE_REACHES if ladder.lowers(before, after) else at
        rows.append((max(reaches, rows[-1][0]) if rows else reaches, after))
    return timeline(rows, before=steps[0][1] if steps else now)


def _endpoints() -> Iterable[EndpointFacts]:
    of_vendor, of_endpoint = _uses(Vendor), _uses(Endpoint)
    for each in Endpoint.objects.select_related("vendor").order_by("pk"):
        own, vendor = of_endpoint.get(each.pk, Timeline()), of_vendor.get(each.vendor_id, Timeline())
        moments = sorted({*own.times, *vendor.times})
        states = timeline((at, own.at(at) is not False and vendor.at(at) is not False) for at in moments)
        names = frozenset({each.vendor.key.casefold(), each.vendor.name.casefold()})
        yield EndpointFacts(each.pk, each.key, each.model.strip(), each.region.strip(), names, states)


def _uses(model: Any) -> dict[int, Timeline[bool]]:
    """Whether things of the catalogue might be used from when on, by their history."""
    rows: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    for pk, at, state in model.history.order_by("history_date", "history_id").values_list("id", "history_date", "state"):
        rows[pk].append((at, state not in OUT_OF_USE))
    return {pk: timeline(found) for pk, found in rows.items()}


def _rules() -> dict[tuple[int, str], Timeline[str]]:
    """What the matrix said of endpoint and data class from when on; empty where a rule was taken away."""
    keys = dict(DataClass.objects.values_list("pk", "key"))
    rows: dict[tuple[int, str], list[tuple[datetime, str]]] = defaultdict(list)
    columns = ("endpoint_id", "data_class_id", "history_date", "rule", "history_type")
    for endpoint, data_class, at, rule, how in DataRule.history.order_by("history_date", "history_id").values_list(*columns):
        rows[endpoint, keys.get(data_class, "")].append((at, "" if how == "-" else rule))
    return {key: timeline(found) for key, found in rows.items()}


def _policies() -> Timeline[PolicyFacts]:
    versions = PolicyVersion.objects.order_by("effective_at", "number").defer("document")
    return timeline((each.effective_at, _policy(policy.document(each))) for each in versions)


def _policy(document: Mapping[str, Any]) -> PolicyFacts:
    return PolicyFacts(
        classes={row["key"]: row["default_rule"] for row in document["data_classes"]},
        logging={row["number"]: frozenset(row["logging_minimum"]) for row in tiers(document)},
    )


def _quarantined() -> dict[tuple[str, str], list[Span]]:
    """From when until when endpoints and tools were in quarantine, by themselves or with their vendor."""
    of_vendor: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for kind, model in (("endpoint", Endpoint), ("tool", Tool)):
        for vendor, key in model._default_manager.filter(vendor__isnull=False).values_list("vendor_id", "key"):
            of_vendor[vendor].append((kind, key))
    found: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for each in Quarantine.objects.exclude(kind="source").select_related("endpoint", "tool").order_by("pk"):
        things = of_vendor[each.vendor_id] if each.vendor_id else [(each.kind, each.thing_key)]
        for thing in things:
            found[thing].append(Span(each.since, each.lifted_at))
    return dict(found)
