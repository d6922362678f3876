"""What is evidence by itself: records held here that show how a control is met, without anybody uploading anything.

Eval runs, drills, reviews of vendors and of access, and approvals are made in the course of work, with a moment, a maker
and an entry of the ledger. The newest of each speaks for the controls that ask for such a thing; whether a control is met is
for its check.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from governance.accessreviews.models import AccessReview
from governance.approvals.models import ApprovalRequest
from governance.ledger.models import Entry
from governance.policy import queries as policy
from registry.catalog.models import Endpoint, Tool, Vendor
from registry.controls.models import ByItself
from registry.evals import queries as evals
from registry.surfaces.models import Surface
from registry.switches.models import Drill

Kind = ByItself.Kind
FAR = datetime(9999, 12, 31, tzinfo=UTC)
EVALS, DRILLED, BACK, REVIEWED = "evals_above_threshold", "drilled_kill_switch", "rollback_target", "vendor_review"
CATALOGUE, PROMPTS, TWO, OWNER = "approved_catalogue", "audit:prompts", "two_person_rule", "owner_active"
DRILLS = {Drill.Kind.KILL_SWITCH: DRILLED, Drill.Kind.ROLLBACK: BACK}


@dataclass(frozen=True, slots=True)
class Shown:
    """One record speaks for one control of one surface.

    `record_id` is its primary key, `on` the day on which it was made, `entry` the ledger entry that told of it, `digest`
    the hash under which it is fixed, where it has one.
    """

    surface_id: int
    control: str
    kind: Kind
    record_type: str
    record_id: int
    record_key: str
    label: str
    on: date
    entry: int | None = None
    digest: str = ""


def of_surfaces(pks: Iterable[int], until: datetime | None = None) -> list[Shown]:
    """Return what shows controls of surfaces by itself, as of a moment (now), in a fixed number of queries.

    Ordered by surface, control and record.
    """
    wanted, until = list(pks), until or FAR
    named = _contracts(wanted, until)
    found = [*_runs(wanted, until), *_drills(wanted, until), *_vendors(named, until)]
    found += [*_changes(named, until), *_catalogue(named, until), *_access(wanted, until)]
    return sorted(found, key=lambda each: (each.surface_id, each.control, each.kind, each.record_id))


@dataclass(slots=True)
class _Named:
    """What the contract in force of a surface names, its tier, and the request that approved it."""

    endpoints: set[str]
    tools: set[str]
    tier: int
    request: int | None


def _contracts(pks: Collection[int], until: datetime) -> dict[int, _Named]:
    columns = ("routes", "authority__tools")
    rows = Surface.objects.filter(pk__in=pks, in_force_records__since__lte=until).order_by(
        "in_force_records__since", "in_force_records__pk"
    )
    found: dict[int, _Named] = {}
    values = rows.values_list(
        "pk",
        "in_force_records__change__request_id",
        "in_force_records__revision__tier",
        *(f"in_force_records__revision__contract__{name}" for name in columns),
    )
    for pk, request, tier, routes, tools in values:
        found.pop(pk, None)  # a later record follows an earlier one; without a revision nothing holds
        if tier is not None:
            found[pk] = _Named({row["endpoint"] for row in routes or ()}, {row["key"] for row in tools or ()}, tier, request)
    return found


def _entries(kind: str, type_: str, ids: Iterable[int], until: datetime) -> dict[int, tuple[int, datetime]]:
    """Return number and moment of the newest entry of a kind about each of some things."""
    rows = Entry.objects.filter(kind=kind, subject_type=type_, subject_id__in=[str(each) for each in ids], at__lte=until)
    return {int(id_): (seq, at) for id_, seq, at in rows.order_by("seq").values_list("subject_id", "seq", "at")}


def _runs(pks: Collection[int], until: datetime) -> Iterator[Shown]:
    latest = evals.latest_runs(pks, until)
    runs = [run for of_surface in latest.values() for run in of_surface.values() if run.pass_rate is not None]
    entries = _entries("run.recorded", "registry.evalrun", (run.pk for run in runs), until)
    for run in runs:
        label = f"{run.suite.name}: {run.passed} of {run.counted} cases passed"
        on, seq = run.started_at.astimezone(UTC).date(), entries.get(run.pk, (None,))[0]
        yield Shown(run.surface_id, EVALS, Kind.EVAL_RUN, "registry.evalrun", run.pk, run.key, label, on, seq, run.digest)


def _drills(pks: Collection[int], until: datetime) -> Iterator[Shown]:
    rows = Drill.objects.filter(surface__in=pks, outcome=Drill.Outcome.PASSED, run_at__lte=until).order_by("run_at", "pk")
    newest = {(drill.surface_id, drill.kind): drill for drill in rows}
    entries = _entries("drill.done", "registry.drill", (drill.pk for drill in newest.values()), until)
    for drill in newest.values():
        assert drill.run_at is not None and drill.seconds is not None  # noqa: S101 - a passed drill has both, by constraint
        label = f"{drill.get_kind_display()} drilled in {drill.seconds} second{'s'[: drill.seconds != 1]}"
        on, seq = drill.run_at.astimezone(UTC).date(), entries.get(drill.pk, (None,))[0]
        control = DRILLS[Drill.Kind(drill.kind)]
        yield Shown(drill.surface_id, control, Kind.DRILL, "registry.drill", drill.pk, drill.key, label, on, seq)


def _vendors(named: Mapping[int, _Named], until: datetime) -> Iterator[Shown]:
    endpoints = {key for each in named.values() for key in each.endpoints}
    tools = {key for each in named.values() for key in each.tools}
    behind = dict(Endpoint.objects.filter(key__in=endpoints).values_list("key", "vendor_id")) if endpoints else {}
    rows = Tool.objects.filter(key__in=tools, vendor__isnull=False).values_list("key", "vendor_id") if tools else ()
    makers = dict(rows)
    vendors = Vendor.objects.in_bulk({*behind.values(), *makers.values()})
    entries = _entries("vendor.reviewed", "registry.vendor", vendors, until) if vendors else {}
    for pk, each in named.items():
        ids = {behind[key] for key in each.endpoints & behind.keys()} | {makers[key] for key in each.tools & makers.keys()}
        for vendor in (vendors[id_] for id_ in sorted(ids)):
            seq, at = entries.get(vendor.pk, (None, None))
            on = at.astimezone(UTC).date() if at is not None else vendor.reviewed_on if vendor.updated_at <= until else None
            if on is not None:
                label = f"Terms of {vendor.name} reviewed"
                yield Shown(pk, REVIEWED, Kind.VENDOR_REVIEW, "registry.vendor", vendor.pk, vendor.key, label, on, seq)


def _changes(named: Mapping[int, _Named], until: datetime) -> Iterator[Shown]:
    of_request = {each.request: pk for pk, each in named.items() if each.request is not None}
    if not of_request:
        return
    version = policy.in_force(until if until < FAR else None)
    two = {row["number"] for row in policy.document(version)["tiers"] if row["two_person"]}

    def serves(request: ApprovalRequest) -> list[tuple[int, str]]:
        pk = of_request[request.pk]
        return [(pk, control) for control in (PROMPTS, *((TWO,) if named[pk].tier in two else ()))]

    rows = ApprovalRequest.objects.filter(pk__in=of_request, settled_at__lte=until, state=ApprovalRequest.State.APPROVED)
    yield from _approvals(rows, serves, until)


def _catalogue(named: Mapping[int, _Named], until: datetime) -> Iterator[Shown]:
    users: dict[tuple[str, str], list[int]] = defaultdict(list)
    for model, kind, attribute in ((Endpoint, "endpoint", "endpoints"), (Tool, "tool", "tools")):
        keys = {key for each in named.values() for key in getattr(each, attribute)}
        ids = dict(model.objects.filter(key__in=keys).values_list("key", "pk")) if keys else {}  # type: ignore[attr-defined]
        for pk, each in named.items():
            for key in sorted(getattr(each, attribute) & ids.keys()):
                users[kind, str(ids[key])].append(pk)
    if not users:
        return
    rows = ApprovalRequest.objects.filter(
        subject_kind__in=("endpoint", "tool"),
        subject_id__in={id_ for _, id_ in users},
        state=ApprovalRequest.State.APPROVED,
        settled_at__lte=until,
    )
    newest = {
        (row.subject_kind, row.subject_id): row.pk for row in rows.order_by("pk") if (row.subject_kind, row.subject_id) in users
    }
    kept = rows.filter(pk__in=newest.values())
    yield from _approvals(
        kept, lambda request: [(pk, CATALOGUE) for pk in users[request.subject_kind, request.subject_id]], until
    )


def _access(pks: Collection[int], until: datetime) -> Iterator[Shown]:
    """The newest closed review of who may do what: it looks at accounts, seats and grants of the whole company."""
    closed = AccessReview.objects.filter(state=AccessReview.State.CLOSED, closed_at__lte=until)
    review = closed.order_by("-closed_at", "-pk").first()
    if review is None or review.closed_at is None:
        return
    entries = _entries("access_review.closed", "governance.accessreview", [review.pk], until)
    on, seq = review.closed_at.astimezone(UTC).date(), entries.get(review.pk, (None,))[0]
    about = ("governance.accessreview", review.pk, review.key, "Reviewed who may do what", on, seq, review.digest)
    for pk in pks:
        yield Shown(pk, OWNER, Kind.ACCESS_REVIEW, *about)


def _approvals(rows: Any, serves: Any, until: datetime) -> Iterator[Shown]:
    requests = list(rows.prefetch_related("steps__position").order_by("pk"))
    entries = _entries("approval.settled", "governance.approvalrequest", (each.pk for each in requests), until)
    for request in requests:
        positions = ", ".join(dict.fromkeys(step.position.name for step in request.steps.all()))
        label, on = f"{request.title}: approved by {positions}"[:400], request.settled_at.astimezone(UTC).date()
        seq = entries.get(request.pk, (None,))[0]
        about = ("governance.approvalrequest", request.pk, request.key, label, on, seq, request.subject_digest)
        for pk, control in serves(request):
            yield Shown(pk, control, Kind.APPROVAL, *about)
