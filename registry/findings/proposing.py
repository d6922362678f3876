"""The change that would allow a finding: the contract in force, or the open draft, with the one thing added."""

import copy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from governance.core import clock
from governance.core.errors import Conflict
from governance.core.verdict import require
from governance.ledger import journal
from governance.ledger.journal import action
from governance.people.models import User
from registry.catalog.models import CatalogState, Endpoint, Tool
from registry.findings import queries, rules
from registry.findings.differences import differences
from registry.findings.drawing import look_of
from registry.findings.models import Finding, FindingKind
from registry.surfaces import actions as surface_actions
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Draft


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the contract would say, what was added in words, and why."""

    contract: dict[str, Any]
    adds: str
    why: str


def proposal(finding: Finding) -> Proposal:
    """Return the contract that would allow a finding.

    Raises Denied where no change of a contract would, Conflict where nothing in the catalogue can be named.
    """
    require(rules.may_propose(finding))
    contract = _start(finding)
    add = {
        FindingKind.MODEL_NOT_APPROVED: _route,
        FindingKind.REGION_NOT_APPROVED: _route,
        FindingKind.DATA_CLASS: _class,
        FindingKind.TOOL: _tool,
    }[FindingKind(finding.kind)]
    adds = add(finding, contract)
    tally = finding.tally
    since = f" since {tally.first_at:%d %B %Y}" if tally.first_at else ""
    why = f"{finding.title}. Seen {tally.calls} time{'s'[: tally.calls != 1]}{since}; see {finding.key}."
    return Proposal(contract, adds, why)


def _start(finding: Finding) -> dict[str, Any]:
    surface = finding.surface
    if surface is None:
        return {}
    draft = surfaces.contract_draft(surface)
    held = draft.content if draft is not None else surface.in_force.contract if surface.in_force is not None else {}
    return copy.deepcopy(held)


def _route(finding: Finding, contract: dict[str, Any]) -> str:
    endpoint = finding.endpoint or _endpoint_of(finding)
    if endpoint is None or endpoint.state == CatalogState.RETIRED:
        raise Conflict(
            "No endpoint of the catalogue is this model in this region.",
            fix="Propose the endpoint first; then propose the change.",
        )
    routes = contract.setdefault("routes", [])
    if all(row.get("endpoint") != endpoint.key for row in routes):
        routes.append({"endpoint": endpoint.key, "role": "fallback" if routes else "primary"})
    return f"a route to {endpoint}"


def _endpoint_of(finding: Finding) -> Endpoint | None:
    """Return the catalogue's endpoint for the model and region that were seen, if there is just that."""
    path = queries.paths_of(finding).order_by("-pk").first()
    if path is None:
        return None
    known = Endpoint.objects.exclude(state=CatalogState.RETIRED).filter(model__iexact=path.model)
    return known.filter(region__iexact=path.region).first() if path.region else None


def _class(finding: Finding, contract: dict[str, Any]) -> str:
    key = which(finding)
    rows = contract.setdefault("inputs", {}).setdefault("data_classes", [])
    if all(row.get("key") != key for row in rows):
        rows.append({"key": key, "handling": "plain"})
    return f"the data class {key.replace('_', ' ')}"


def _tool(finding: Finding, contract: dict[str, Any]) -> str:
    key = which(finding)
    tool = Tool.objects.filter(key=key).exclude(state=CatalogState.RETIRED).first()
    if tool is None:
        raise Conflict(f"The catalogue has no tool {key}.", fix="Propose the tool first; then propose the change.")
    rows = contract.setdefault("authority", {}).setdefault("tools", [])
    if all(row.get("key") != key for row in rows):
        rows.append({"key": key, "effect": tool.effect})
    return f"the tool {tool.name}"


def which(finding: Finding) -> str:
    """Return the class or tool that a finding is about: its identity is a digest, so the paths say it. Raises Conflict."""
    today = clock.today()
    for path in queries.paths_of(finding).select_related("endpoint"):
        for found in differences(look_of(path, today)):
            if found.identity == finding.identity and found.which:
                return found.which
    raise Conflict("What this finding is about is not known any more.", fix="Write the contract by hand.")


@action
def draft_change(finding: Finding, *, actor: User) -> tuple[Draft, Proposal]:
    """Write the draft of the change that would allow a finding. Raises Denied, Conflict, or what saving a draft raises."""
    found = proposal(finding)
    if finding.surface is None:
        raise Conflict("This finding is about no registered surface.", fix="Register the surface first.")
    draft = surface_actions.save_draft(finding.surface, actor=actor, contract=found.contract)
    told = {
        "kind": finding.get_kind_display().lower(), "title": finding.title, "surface": finding.surface.key,
        "endpoint": finding.endpoint.key if finding.endpoint else "", "adds": found.adds,
    }  # fmt: skip
    journal.record("finding.change_drafted", actor=actor, subject=finding, payload=told, touches=finding.ledger_touches)
    return draft, found


def form_url(finding: Finding, found: Proposal) -> str:
    """Return the address of the form that proposes the change, with its title and reason filled in."""
    key = finding.surface.key if finding.surface is not None else ""
    words = {"title": f"Allow {found.adds}"[:200], "why": found.why[:1000]}
    return f"{reverse('surface-propose', args=[key])}?{urlencode(words)}"
