"""Approvals: what was asked and decided about the surfaces, vendors and other things of the scope, each with its hash."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from governance.approvals.models import ApprovalRequest, ApprovalStep, Condition, Decision
from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.catalog.models import Endpoint, Tool
from registry.changes.models import Change
from registry.exceptions.models import ControlException, ExceptionSurface
from registry.modes.models import ModeRaise
from registry.packing.fields import COMMENTS, PEOPLE, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of, batches
from registry.packing.paper import Print, Sheet, chapter

REQUEST, DECISION = "governance.approvalrequest", "governance.decision"
YES = (Decision.Verdict.APPROVE, Decision.Verdict.CONDITIONS)
LEVELS = {"Approved": "ok", "Approved with conditions": "ok", "Rejected": "stop", "Abstained": "wait", "Delegated": "wait"}
MET = {"Met": "ok"}
REQUESTS = (
    Field("key", "Request"),
    Field("subject_kind", "About a"),
    Field("subject", "About", "subject_key"),
    Field("surface", "Surface", "about"),
    Field("title", "Title", prose=True),
    Field("tier", "Tier"),
    Field("lane", "Lane"),
    Field("asked_by", "Asked by", "requester.name", group=PEOPLE),
    Field("asked_at", "Asked", "created_at"),
    Field("state", "State", "get_state_display"),
    Field("settled_at", "Settled"),
    Field("policy", "Policy version", "policy_version.label"),
    Field("sha256", "SHA-256 of what was asked", "subject_digest"),
    Field("asked_entry", "Entry that asked", cites=True),
    Field("settled_entry", "Entry that settled", cites=True),
)
DECISIONS = (
    Field("key", "Decision"),
    Field("request", "Request", "request.key"),
    Field("title", "About", "request.title", prose=True),
    Field("surface", "Surface", "about"),
    Field("person", "Decided by", "person.name", group=PEOPLE),
    Field("for_whom", "On behalf of", "on_behalf_of.name", group=PEOPLE),
    Field("position", "For the position", "position.name"),
    Field("verdict", "Verdict", "get_verdict_display"),
    Field("comment", "Comment", group=COMMENTS, prose=True),
    Field("sha256", "SHA-256 decided on", "subject_digest"),
    Field("policy", "Policy version", "policy_version.label"),
    Field("decided_at", "Decided"),
    Field("entry", "Ledger entry", cites=True),
)
CONDITIONS = (
    Field("key", "Condition"),
    Field("decision", "Decision", "decision.key"),
    Field("text", "What was asked for", prose=True),
    Field("owner", "Owner", "owner.name", group=PEOPLE),
    Field("due_on", "Due"),
    Field("state", "State", "get_state_display"),
    Field("met_at", "Met"),
    Field("met_note", "How it was met", group=COMMENTS, prose=True),
)


@dataclass(frozen=True)
class Given:
    """A yes that filled a place: by whom, for which position, when, for which hash."""

    person: str
    position: str
    at: datetime
    sha256: str


def given_for(ground: Ground, requests: Iterable[int | None]) -> dict[int, list[Given]]:
    """Return who approved each request up to the checkpoint, by its id, in the order of their decisions."""
    wanted = [pk for pk in requests if pk is not None]
    rows = Decision.objects.filter(request__in=wanted, verdict__in=YES, decided_at__lte=ground.at)
    last: dict[tuple[int, int, int], Decision] = {}
    for row in rows.select_related("person", "position", "step").order_by("pk"):
        if row.step.state == ApprovalStep.State.APPROVED and row.step.filled_by_id == row.person_id:
            last[row.request_id, row.step_id, row.person_id] = row
    found: dict[int, list[Given]] = defaultdict(list)
    for row in sorted(last.values(), key=lambda each: each.pk):
        found[row.request_id].append(Given(row.person.name, row.position.name, row.decided_at, row.subject_digest))
    return dict(found)


@dataclass
class Table:
    """The requests that a window's pack tells of: about its things, and asked or decided in the period, or still holding."""

    ground: Ground

    @cached_property
    def about(self) -> dict[int, str]:
        """The key of the surface (or surfaces) that each request is about, by request id; empty for other things."""
        found: dict[int, list[str]] = defaultdict(list)
        for part in batches(self.ground.window.surface_ids):
            for rows in (
                Change.objects.filter(surface__in=part).values_list("request_id", "surface_id"),
                ModeRaise.objects.filter(surface__in=part).values_list("request_id", "surface_id"),
                ExceptionSurface.objects.filter(surface__in=part).values_list("exception__request_id", "surface_id"),
            ):
                for request, surface in rows.order_by():
                    if request is not None:
                        found[request].append(f"S-{surface:04d}")
        named = {pk: ", ".join(sorted(set(keys))) for pk, keys in found.items()}
        return dict.fromkeys(self._of_catalogue(), "") | named

    def _of_catalogue(self) -> list[int]:
        vendors = [str(pk) for pk in self.ground.window.vendor_ids]
        ids = {"vendor": vendors}
        for kind, model in (("endpoint", Endpoint), ("tool", Tool)):
            rows = model.objects.filter(vendor__in=self.ground.window.vendor_ids)  # type: ignore[attr-defined]
            ids[kind] = [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)]
        found: list[int] = []
        for kind, subjects in ids.items():
            for part in batches(subjects):
                asked = ApprovalRequest.objects.filter(subject_kind=kind, subject_id__in=part)
                found += asked.values_list("pk", flat=True)
        return found

    @cached_property
    def holding(self) -> set[int]:
        """The requests on which rests what held at the checkpoint, however old they are."""
        found: set[int] = set()
        for held in self.ground.surfaces():
            changes = [each.change_id for each in held if each.change_id]
            found |= set(Change.objects.filter(pk__in=changes).values_list("request_id", flat=True)) - {None}
        covers = ExceptionSurface.objects.filter(exception__request__in=list(self.about)).values("exception")
        at = self.ground.at
        active = ControlException.objects.filter(pk__in=covers, active_at__lte=at, ends_at__gte=at)
        return found | set(active.values_list("request_id", flat=True))

    def requests(self) -> Iterator[list[ApprovalRequest]]:
        """Yield the requests in batches, by id."""
        window = self.ground.window
        for part in batches(sorted(self.about)):
            rows = as_of(ApprovalRequest.objects.all(), self.ground.at, beside=("requester", "policy_version"), pk__in=part)
            kept = [
                row
                for row in rows
                if row.pk in self.holding
                or window.since <= row.created_at < window.until
                or (row.settled_at is not None and window.since <= row.settled_at < window.until)
                or (row.state == ApprovalRequest.State.OPEN and row.created_at < window.until)
            ]
            if kept:
                yield kept

    def asked(self) -> Iterator[Any]:
        """Yield every request with its entries."""
        for rows in self.requests():
            pks = [row.pk for row in rows]
            asked = self.ground.entries(("approval.asked",), REQUEST, pks)
            settled = self.ground.entries(("approval.settled", "approval.withdrawn", "approval.expired"), REQUEST, pks)
            for row in rows:
                key = str(row.pk)
                yield _with(row, about=self.about[row.pk], asked_entry=asked.get(key), settled_entry=settled.get(key))

    def decisions(self) -> Iterator[Any]:
        """Yield every decision on those requests with its entry; none is ever left out."""
        beside = ("request", "person", "position", "on_behalf_of", "policy_version")
        for rows in self.requests():
            pks = [row.pk for row in rows]
            rows_given = Decision.objects.filter(request__in=pks, decided_at__lte=self.ground.at).select_related(*beside)
            decisions = list(rows_given.order_by("request_id", "pk"))
            entries = self.ground.entries(("approval.decided",), DECISION, [row.pk for row in decisions])
            for row in decisions:
                yield _with(row, about=self.about[row.request_id], entry=entries.get(str(row.pk)))

    def conditions(self) -> Iterator[Any]:
        """Yield what approvers asked for along with a yes."""
        for rows in self.requests():
            decided = Decision.objects.filter(request__in=[row.pk for row in rows]).order_by("pk").values_list("pk", flat=True)
            yield from as_of(Condition.objects.all(), self.ground.at, beside=("decision", "owner"), decision__in=list(decided))


def _with(row: Any, **beside: Any) -> Any:
    for name, value in beside.items():
        setattr(row, name, value)
    return row


def given(window: Window) -> Iterator[RecordSet]:
    """Give requests, decisions and conditions."""
    ground = Ground(window)
    table = Table(ground)
    told = "What was asked of approvers in the period, and what lets something hold at the checkpoint, however old."
    yield records(window, "approvals", "Approvals", REQUESTS, table.asked(), told, ground.voice)
    told = "Every decision on those requests: the hash decided on, the policy it was decided under, the entry that proves it."
    yield records(window, "decisions", "Decisions", DECISIONS, table.decisions(), told, ground.voice)
    told = "What approvers asked for along with their yes."
    yield records(window, "conditions", "Conditions", CONDITIONS, table.conditions(), told, ground.voice)


DECIDED = Sheet(
    "decisions",
    (
        Print("decided_at", "When, UTC", kind="moment", width="c20"),
        Print("position", "For", width="c17", under=("person",)),
        Print(
            "verdict",
            "Decision",
            kind="state",
            state=lambda row: (LEVELS.get(row["verdict"], "wait"), row["verdict"]),
            under=("comment",),
            most=240,
        ),
        Print("sha256", "Hash decided on", kind="hash", width="c17"),
        Print("entry", "Entry", kind="entry", width="c8"),
    ),
    group=("request", "title", "surface"),
    empty="Nothing was decided in the period, and nothing that was decided before holds.",
    foot="The hash is of what was decided on, the entry is the ledger's number; both are proved in the pack's ledger folder.",
)
WAITING = Sheet(
    "approvals",
    (
        Print("title", "Request", width="c34", under=("key", "surface")),
        Print("asked_at", "Asked, UTC", kind="moment", width="c20"),
        Print("state", "State", width="c17"),
        Print("sha256", "Hash", kind="hash"),
    ),
    title="Not approved",
    only=lambda row: row["state"] != "Approved",
    empty="Every request was approved.",
)
ASKED_FOR = Sheet(
    "conditions",
    (
        Print("text", "Condition", under=("decision",)),
        Print("owner", "Owner", width="c17"),
        Print("due_on", "Due", kind="day", width="c17"),
        Print("state", "State", kind="state", width="c11", state=lambda row: (MET.get(row["state"], "wait"), row["state"])),
    ),
    title="Conditions",
    empty="No approver asked for anything along with a yes.",
)


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the decisions."""
    lead = "Who agreed to what, for which position, under which policy, and to which hash."
    yield chapter("approvals", "Approvals and decisions", lead, found, DECIDED, WAITING, ASKED_FOR)


SECTION = PackSection("approvals", "Approvals", 40, given, pages)
