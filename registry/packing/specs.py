"""The sheet of each surface: the words of its spec sheet, made for many at once from what held at the checkpoint."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from governance.core import digest
from governance.documents.tags import day
from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.catalog.models import VendorTerm
from registry.changes.models import Change
from registry.contracts import buyer
from registry.contracts.shape import lower_first
from registry.evals import queries as evals
from registry.packing.decided import Given, given_for
from registry.packing.fields import COSTS, PEOPLE, Field, records
from registry.packing.ground import Ground, Held
from registry.packing.moment import as_of
from registry.sheets import spec
from registry.surfaces.models import Mode, SurfaceState
from registry.switches.models import Drill

TOGETHER = 6
"""So many sheets are set in one piece, each on a page of its own."""
UNAPPROVED = "Nothing was in force at the checkpoint: nobody has approved what it may do."
FIELDS = (
    Field("surface", "Surface"),
    Field("name", "Name"),
    Field("purpose", "What it is for", prose=True),
    Field("tier", "Tier"),
    Field("tier_name", "Tier's name"),
    Field("state", "State"),
    Field("owner", "Owner", group=PEOPLE),
    Field("team", "Team"),
    Field("revision", "Revision in force"),
    Field("in_force_since", "In force since"),
    Field("contract_sha256", "SHA-256 of its contract"),
    Field("approved_on", "Approved"),
    Field("review_on", "Next review"),
    Field("questions", "Five questions a buyer asks", prose=True),
    Field("tools", "Authority: tools, effects, limits", prose=True),
    Field("human_review", "Human review", prose=True),
    Field("evals", "Evals against their threshold"),
    Field("mode", "Mode"),
    Field("levers", "Rollback and kill switch", prose=True),
    Field("budget", "Budget and limits", group=COSTS),
    Field("approvals", "Approved by"),
)


def given(window: Window) -> Iterator[RecordSet]:
    """Give a sheet of each surface."""
    ground = Ground(window)
    told = "What each surface may do, in the words of its spec sheet: the five questions, authority, evals, levers, approvals."
    yield records(window, "spec-sheets", "Spec sheets", FIELDS, sheets(ground), told, ground.voice)


def sheets(ground: Ground) -> Iterator[dict[str, Any]]:
    """Yield the sheet of each surface, retired ones apart."""
    suites = evals.suites()
    models = {key: each.model for key, each in ground.endpoints.items()}
    terms = _terms(ground)
    for part in ground.surfaces():
        alive = [held for held in part if held.surface.state != SurfaceState.RETIRED]
        pks = [held.surface.pk for held in alive]
        runs = evals.latest_runs(pks, ground.at)
        drills = _drills(ground, pks)
        changes = {held.change_id for held in alive if held.change_id}
        requests = dict(Change.objects.filter(pk__in=changes).values_list("pk", "request_id"))
        approvals = given_for(ground, requests.values())
        for held in alive:
            yes = approvals.get(requests.get(held.change_id or 0) or 0, [])
            tried = _evals(ground, held, runs, suites, models)
            drill = drills.get(held.surface.pk, "")
            said = {"evals": tried, "approvals": _said(ground, yes)}
            yield {**_about(ground, held, yes), **_may(ground, held, terms, drill), **said}


def _about(ground: Ground, held: Held, yes: Sequence[Given]) -> dict[str, Any]:
    row, revision = held.surface, held.revision
    owner = row.owner if row.owner is not None and row.owner.is_active else None
    return {
        "surface": row.key,
        "name": row.name,
        "purpose": row.purpose,
        "tier": row.tier,
        "tier_name": ground.tiers.get(row.tier, "") if row.tier is not None else "",
        "state": row.get_state_display(),
        "owner": ground.voice.person(owner),
        "team": held.team.name if held.team is not None else "",
        "revision": revision.number if revision is not None else None,
        "in_force_since": held.since,
        "contract_sha256": revision.digest if revision is not None else "",
        "approved_on": max((each.at for each in yes), default=None),
        "review_on": row.review_on,
        "mode": row.mode if row.state == SurfaceState.LIVE else "",
    }


def _may(ground: Ground, held: Held, terms: Mapping[int, list[VendorTerm]], drill: str) -> dict[str, Any]:
    contract, names = held.contract, ground.names
    keys = dict.fromkeys(row["endpoint"] for row in contract.get("routes", []))
    endpoints = [ground.endpoints[key] for key in sorted(keys) if key in ground.endpoints]
    beside = buyer.Beside(
        names=names,
        endpoints={each.key: _behind(ground, each) for each in endpoints},
        vendor_terms=_term_words(terms, endpoints),
        approvers=ground.approvers(held.surface.tier, contract),
        proposers=held.team.name if held.team is not None else "",
        previous=held.revision.base.number if held.revision is not None and held.revision.base is not None else None,
        drill=drill,
    )
    answers = buyer.five_questions(contract, beside) if contract else []
    levers = {each["label"]: each["text"] for each in spec.levers(contract, names)} if contract else {}
    return {
        "questions": [{"question": each.question, "aside": each.aside, "answer": each.text} for each in answers],
        "tools": [spec.tool(row) for row in contract.get("authority", {}).get("tools", [])],
        "human_review": spec.human(contract) if contract else "",
        "levers": {name: text for name, text in levers.items() if name != "Budget and limits"},
        "budget": levers.get("Budget and limits", ""),
    }


def _behind(ground: Ground, endpoint: Any) -> str:
    """What is behind an endpoint, its account apart where the edition leaves accounts out."""
    if ground.window.shows("account", "endpoints.account"):
        return spec.behind(endpoint)
    return ", ".join(filter(None, (endpoint.vendor.name, f"region {endpoint.region}" if endpoint.region else "")))


def _terms(ground: Ground) -> dict[int, list[VendorTerm]]:
    """The terms that sheets tell of, by vendor."""
    found: dict[int, list[VendorTerm]] = defaultdict(list)
    for term in as_of(VendorTerm.objects.all(), ground.at, beside=("vendor",), removable=True, topic__in=spec.TERMS_TOLD):
        found[term.vendor_id].append(term)
    return found


def _term_words(terms: Mapping[int, list[VendorTerm]], endpoints: Sequence[Any]) -> list[str]:
    vendors = dict.fromkeys(each.vendor_id for each in endpoints)
    named = [term for pk in vendors for term in terms.get(pk, ())]
    ordered = sorted(named, key=lambda term: (spec.TERMS_TOLD.index(VendorTerm.Topic(term.topic)), term.vendor.name))
    return [f"{term.vendor.name}, {lower_first(term.get_topic_display())}: {term.says}" for term in ordered]


def _drills(ground: Ground, pks: Sequence[int]) -> dict[int, str]:
    """What the last kill-switch drill of each surface showed: "6 October 2026, off in 41 seconds"."""
    passed = {"kind": Drill.Kind.KILL_SWITCH, "outcome": Drill.Outcome.PASSED, "run_at__lte": ground.at}
    rows = Drill.objects.filter(surface__in=pks, **passed).order_by("run_at", "pk")
    return {row.surface_id: f"{day(row.run_at)}, {row.seconds} seconds" for row in rows}


def _evals(ground: Ground, held: Held, runs: Any, suites: Any, models: Mapping[str, str]) -> list[dict[str, Any]]:
    demands = ground.demands.get(held.surface.tier or 0)
    if demands is None or not held.contract:
        return []
    stands = evals.standing(held.surface.pk, held.contract, demands, runs, suites, ground.at, models=models)
    return [
        {
            "suite": each.name,
            "threshold": f"{each.threshold.normalize():f}" if each.threshold is not None else "",
            "pass_rate": f"{each.run.pass_rate.normalize():f}" if each.run is not None and each.run.pass_rate is not None else "",
            "run": each.run.key if each.run is not None else "",
            "on": each.run.started_at.date() if each.run is not None else None,
            "state": each.label,
        }
        for each in stands
    ]


def _said(ground: Ground, yes: Sequence[Given]) -> list[dict[str, Any]]:
    rows = [digest.plain({"position": each.position, "at": each.at, "sha256": each.sha256}) for each in yes]
    if ground.voice.names_people:
        rows = [{"person": each.person, **row} for each, row in zip(yes, rows, strict=True)]
    return rows


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set a sheet for each surface, each on a page of its own."""
    yield Chapter("surfaces", "Surfaces, one by one", "registry/packing/sheets.html", _pieces(found))


def _pieces(found: Records) -> Iterator[Mapping[str, Any]]:
    part: list[dict[str, Any]] = []
    given_any = False
    for row in found.get("spec-sheets", ()):
        part.append(_page(row))
        if len(part) == TOGETHER:
            yield {"sheets": part, "rungs": Mode.choices}
            part, given_any = [], True
    if part or not given_any:
        yield {"sheets": part, "rungs": Mode.choices}


def _page(row: dict[str, Any]) -> dict[str, Any]:
    evals_met = {"Passing": "ok", "Below": "stop", "Stale": "warn", "No run": "warn", "Does not count": "wait"}
    levers = {**row["levers"], **({"Budget and limits": row["budget"]} if row.get("budget") else {})}
    return row | {
        "lines": [{"label": label, "text": text} for label, text in levers.items()],
        "evals": [{**each, "level": evals_met.get(each["state"], "wait")} for each in row["evals"]],
        "unapproved": "" if row["revision"] else UNAPPROVED,
        "names_owner": "owner" in row,
    }


SECTION = PackSection("sheets", "Surfaces", 20, given, pages)
