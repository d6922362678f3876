"""What surrounds the demo's incidents: policy, channels, report links, continuity, budgets, and what changed before."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from functools import partial
from typing import Any

from governance.channels.actions import keeping as channels
from governance.core import clock
from governance.people.system import system_actor
from governance.policy import actions as policy
from incidents.clocks.actions.keeping import tick
from incidents.filing import actions as filing
from incidents.filing.models import ReportLink
from registry.assets import actions as assets
from registry.assets import queries as asset_queries
from registry.assets.models import Asset
from registry.budgets import actions as budgets
from registry.budgets import queries as budget_queries
from registry.budgets.actions import Item
from registry.budgets.models import Objective
from registry.catalog.models import Vendor
from registry.changes import actions as changes
from registry.continuity import actions as continuity
from registry.continuity.models import ContinuityPlan
from registry.demo.contracts import revised
from registry.demo.stories import approve_all, record_of
from registry.surfaces.models import Surface

HOURS = 168  # in a week
JUST_NOW = 0.0001  # weeks
NOTED = 1.2  # weeks ago: what its revisions were made of is known before the last days begin
TURNS, EVERY = 112, timedelta(hours=6)


def tell(story: Any, data: Mapping[str, Any]) -> None:
    """Put it on the calendar."""
    story.at(data["policy"]["weeks"], partial(_policy, story, data["policy"]))
    story.at(data["policy"]["weeks"], partial(_channels, story, data))
    for row in data["links"]:
        story.at(row["weeks"], partial(_link, story, row))
        if "revoked" in row:
            story.at(row["revoked"]["weeks"], partial(_revoke, story, row))
    for row in data["continuity"]:
        story.at(row["weeks"], partial(_plan, story, row))
        if "drill" in row:
            story.at(row["drill"]["weeks"], partial(_drill, story, row))
    for row in data["budgets"]:
        story.at(row["weeks"], partial(_objective, story, row))
        if "good" in row:
            story.at(JUST_NOW, partial(_count, story, row))
    story.at(data["held"]["weeks"], partial(_widen, story, data["held"]))
    before = data["before"]
    story.at(NOTED, partial(_remember, before["surface"]))
    story.at(before["prompt"]["hours"] / HOURS, partial(_reword, story, before))
    story.at(before["index"]["hours"] / HOURS, partial(_rebuild, story, before))


def settle(story: Any) -> None:
    """Let clocks and budgets stand as they do when somebody looks."""
    story.at(JUST_NOW / 2, tick)
    story.at(0, lambda: budgets.settle_due(budget_queries.to_look_at()))


def link(data: Mapping[str, Any], key: str) -> ReportLink:
    """Return a link that the data file calls by this key."""
    name = next(row["name"] for row in data["links"] if row["key"] == key)
    return ReportLink.objects.select_related("surface", "team").get(name=name)


def _policy(story: Any, row: Mapping[str, Any]) -> None:
    """The company allows links, by a version of its policy that those approve whom the one before names."""
    officer = story.cast[row["by"]]
    draft = policy.start_draft(actor=officer, title=row["title"], reason=row["reason"])
    document = {**deepcopy(draft.document), "incident_reporting": dict(row["incident_reporting"])}
    draft = policy.change_draft(draft, actor=officer, document=document)
    approve_all(policy.propose_draft(draft, actor=officer), story)


def _channels(story: Any, data: Mapping[str, Any]) -> None:
    """Where the company's own people would be told; each is paused before anything could go out."""
    for row in data["channels"]:
        given = {name: row[name] for name in ("name", "kind", "address", "secret") if name in row}
        made = channels.add(actor=story.admin, team=story.teams.get(row.get("team", "")), **given)
        channels.pause(made, actor=story.admin, reason=data["paused_because"])


def _link(story: Any, row: Mapping[str, Any]) -> None:
    filing.make_link(
        actor=story.cast[row["by"]],
        name=row["name"],
        surface=_surface(row["surface"]) if "surface" in row else None,
        team=story.teams.get(row.get("team", "")),
        expires_at=clock.now() + timedelta(days=row["days"]),
    )


def _revoke(story: Any, row: Mapping[str, Any]) -> None:
    filing.revoke_link(
        ReportLink.objects.get(name=row["name"]), actor=story.cast[row["by"]], reason=row["revoked"]["reason"]
    )  # fmt: skip


def _plan(story: Any, row: Mapping[str, Any]) -> None:
    words = {name: row.get(name, "") for name in ("if_down", "if_degraded", "if_policy_changes", "fallback")}
    vendor = Vendor.objects.select_related("owner").get(key=row["vendor"])
    actor = story.cast[row["by"]]
    continuity.add_plan(vendor, actor=actor, owner=actor, drill_every_days=row["every"], **words)


def _drill(story: Any, row: Mapping[str, Any]) -> None:
    told = row["drill"]
    plan = ContinuityPlan.objects.select_related("vendor", "endpoint", "owner").get(vendor__key=row["vendor"])
    words = {name: told[name] for name in ("outcome", "seconds", "note", "lesson")}
    continuity.drill_now(plan, actor=story.cast[row["by"]], **words)


def _objective(story: Any, row: Mapping[str, Any]) -> None:
    terms = {"name": row["name"], "bad_means": row["bad_means"], "source": row["source"], "expected_events": row["expected"]}
    terms |= {"target": row["target"]} if "target" in row else {}
    budgets.add(_surface(row["surface"]), actor=story.cast[row["by"]], **terms)


def _count(story: Any, row: Mapping[str, Any]) -> None:
    """Four weeks as the service counted them; for some days it went worse."""
    objective = Objective.objects.select_related("surface__owner", "surface__team").get(name=row["name"])
    turns, rough = row["bad"], row["rough"]
    items = [
        Item(
            f"{row['surface']} {number}",
            clock.now() - EVERY * number - timedelta(hours=1),
            good=row["good"],
            bad=rough["bad"] if rough["from"] <= number < rough["to"] else turns[number % len(turns)],
        )
        for number in range(TURNS - 1)
    ]
    budgets.count_many(objective, items, actor=story.cast[row["by"]])


def _surface(name: str) -> Surface:
    return Surface.objects.select_related("owner", "team__lead", "in_force").get(name=name)


def _reword(story: Any, before: Mapping[str, Any]) -> None:
    told = before["prompt"]
    _change(story, before["surface"], told, lambda contract: revised(contract, told))


def _widen(story: Any, told: Mapping[str, Any]) -> None:
    def wider(contract: Mapping[str, Any]) -> dict[str, Any]:
        whole = deepcopy(dict(contract))
        limits = {"limits": "the question at hand", "rate": {"calls": 600, "per": "hour"}}
        whole["authority"].setdefault("tools", []).append({"key": told["tool"], "effect": "read", **limits})
        return whole

    _change(story, told["surface"], told, wider, leave=1)


def _change(story: Any, name: str, told: Mapping[str, Any], make: Any, leave: int = 0) -> None:
    surface = _surface(name)
    assert surface.in_force is not None and surface.owner is not None  # noqa: S101 - the data file names such a one
    about = next(each for each in story.data["surfaces"] if each["name"] == name)
    contract = make(surface.in_force.contract)
    story.prepare(surface, contract)
    change = changes.propose(
        surface, actor=surface.owner, title=told["title"], why=told["why"], contract=contract, record=record_of(about)
    )
    approve_all(change.request, story, leave=leave)


def _remember(name: str) -> None:
    """Note what its revisions were made of, as the worker does by itself."""
    for revision in asset_queries.unremembered().filter(surface__name=name).select_related("surface", "author"):
        assets.remember(revision, actor=system_actor())


def _rebuild(story: Any, before: Mapping[str, Any]) -> None:
    """An index is replaced outside any revision: nobody approved it."""
    told, surface = before["index"], _surface(before["surface"])
    asset = asset_queries.find(surface, Asset.Kind.RETRIEVAL, told["asset"])
    assert asset is not None  # noqa: S101 - its contract names it
    label = f"{told['asset']}-{clock.today():%Y-%m-%d}"
    held: dict[str, Any] = {"snapshot": label, "documents": told["documents"], "access": "what the asking person may read"}
    assets.record_version(asset, actor=story.cast[told["by"]], label=label, reason=told["reason"], **held)
