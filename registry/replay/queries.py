"""Reads what a replay needs, in a fixed number of queries for each 500 changes or surfaces."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Prefetch, QuerySet

from governance.approvals.models import ApprovalStep, Decision
from governance.core import clock
from governance.policy import normal
from governance.policy import queries as policy
from governance.policy.models import PolicyDraft, PolicyVersion
from registry.changes import queries as changes
from registry.changes.models import Change
from registry.controls import facts
from registry.controls.ground import ground, under
from registry.controls.standing import Result, judge
from registry.replay.past import Past, Reading, Verdict, Yes, weigh
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState

CHUNK = 500
SAYS_YES = ("approve", "conditions")


def whole(draft: PolicyDraft) -> dict[str, Any]:
    """Return a draft's document with every default filled in."""
    return dict(normal.filled(draft.document))


def past_changes(user: Any, months: int) -> QuerySet[Change]:
    """Return the changes asked for in the last months that a person may see, oldest first."""
    since = clock.now() - relativedelta(months=months)
    return changes.visible_to(user).filter(created_at__gte=since, request__isnull=False).order_by("pk")


def verdicts(user: Any, draft: PolicyDraft, months: int) -> Iterator[Verdict]:
    """Yield what a draft would have done to each past change that a person may see."""
    readings: dict[int, Reading] = {}
    new = Reading(whole(draft))
    versions = {version.pk: version for version in PolicyVersion.objects.defer("document")}
    for change in _with_what_happened(past_changes(user, months)).iterator(chunk_size=CHUNK):
        request: Any = change.request
        under_ = request.policy_version_id
        if under_ not in readings:
            readings[under_] = Reading(policy.document(versions[under_]))
        yield weigh(_past(change), readings[under_], new)


def _with_what_happened(found: QuerySet[Change]) -> QuerySet[Change]:
    steps = ApprovalStep.objects.select_related("position")
    given = Decision.objects.select_related("step__position").order_by("pk")
    return found.select_related("surface", "revision", "request", "clearance").prefetch_related(
        Prefetch("request__steps", steps), Prefetch("request__decisions", given)
    )


def _past(change: Change) -> Past:
    request: Any = change.request
    decisions = list(request.decisions.all())
    clearance = getattr(change, "clearance", None)
    standing = None
    if clearance is not None and clearance.standing:
        standing = {str(row.get("key", "")): str(row.get("status", "")) for row in clearance.standing}
    return Past(
        key=change.key,
        title=change.title,
        surface=change.surface.name,
        surface_key=change.surface.key,
        tier=change.revision.tier,
        kinds=tuple(change.kinds),
        contract=change.revision.contract,
        state=change.state,
        asked_at=change.created_at,
        settled_at=request.settled_at,
        asked=Counter(step.position.key for step in request.steps.all()),
        lane=request.lane,
        given=tuple(Yes(one.step.position.key, one.person_id, one.decided_at) for one in decisions if one.verdict in SAYS_YES),
        rejected_as=tuple(one.step.position.key for one in decisions if one.verdict == Decision.Verdict.REJECT),
        standing=standing,
        waived=bool(clearance is not None and clearance.waived_by) or change.is_rollback or change.is_emergency,
    )


@dataclass(frozen=True, slots=True)
class Turned:
    """A surface on which controls would stand otherwise today: what would turn red, and what would turn green."""

    key: str
    name: str
    tier: int
    red: tuple[Result, ...]
    green: tuple[Result, ...]

    @property
    def holds(self) -> bool:
        """Whether something that would turn red would hold its next revision back."""
        return any(result.holds for result in self.red)


def surfaces_in_force(user: Any) -> QuerySet[Surface]:
    """Return the surfaces that a person may see and whose controls can stand otherwise: with a revision in force."""
    found = surfaces.visible_to(user).filter(in_force__isnull=False, tier__isnull=False)
    return found.exclude(state=SurfaceState.RETIRED).order_by("pk")


def turned(user: Any, draft: PolicyDraft, at: datetime | None = None) -> Iterator[Turned | None]:
    """Yield for each surface what would turn today, or None where nothing would: live under both policies."""
    found = surfaces_in_force(user).values_list("pk", "name", "tier")
    names: Mapping[int, tuple[str, int]] = {pk: (name, tier or 0) for pk, name, tier in found}
    now = ground(at)
    then = under(whole(draft), now.at, now.zone, now.version)
    pks = list(names)
    for one, other in zip(facts.of_surfaces(pks, now), facts.of_surfaces(pks, then), strict=True):
        was, would = judge(one), judge(other)
        red_now, red_then = {each.key for each in was.unmet}, {each.key for each in would.unmet}
        red = tuple(each for each in would.unmet if each.key not in red_now)
        green = tuple(each for each in was.unmet if each.key not in red_then)
        name, tier = names[int(one.key.removeprefix("S-"))]
        yield Turned(one.key, name, tier, red, green) if red or green else None
