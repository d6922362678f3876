"""Exceptions and risks: what need not be met until when, and what could go wrong and what is done about it."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.exceptions import queries as exceptions_
from registry.exceptions.models import ControlException, ExceptionSurface
from registry.packing.fields import PEOPLE, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of, batches
from registry.packing.paper import Print, Sheet, chapter
from registry.risks import queries as risks_
from registry.risks import rules
from registry.risks.models import Risk, RiskSurface

STATES = {"In force": "held", "Waiting for approval": "wait", "Expired": "warn", "Ended early": "wait"}
EXCEPTIONS = (
    Field("key", "Exception"),
    Field("title", "Title", prose=True),
    Field("surfaces", "Surfaces", "covered"),
    Field("controls", "Controls"),
    Field("tier", "Strictest tier"),
    Field("reason", "Why", prose=True),
    Field("measures", "What is done instead", prose=True),
    Field("owner", "Owner", "owner.name", group=PEOPLE),
    Field("starts_on", "From"),
    Field("expires_on", "Until"),
    Field("latest_on", "The longest that the tier allows"),
    Field("state", "State", "get_state_display"),
    Field("active_at", "In force since"),
    Field("ended_at", "Ended"),
    Field("end_reason", "Why it ended", prose=True),
    Field("extends", "Extends", "extends.key"),
    Field("sha256", "SHA-256 of its terms", "digest"),
    Field("request", "Approval", "request.key"),
    Field("entry", "Entry that asked", cites=True),
)
RISKS = (
    Field("key", "Risk"),
    Field("title", "Title", prose=True),
    Field("area", "Area", "area_name"),
    Field("surfaces", "Surfaces", "covered"),
    Field("defined", "What is defined", prose=True),
    Field("owner", "Owner", "owner.name", group=PEOPLE),
    Field("likelihood", "Likelihood, 1 to 5"),
    Field("impact", "Impact, 1 to 5"),
    Field("score", "Score"),
    Field("treatment", "Treatment", "get_treatment_display"),
    Field("plan", "Plan", prose=True),
    Field("controls", "Controls"),
    Field("evidence", "What shows it", prose=True),
    Field("review_on", "Next review"),
    Field("state", "State", "get_state_display"),
    Field("state_reason", "Why it was accepted or closed", prose=True),
)


def exceptions(window: Window) -> Iterator[RecordSet]:
    """Give the exceptions that held, were asked for or ended in the period."""
    ground = Ground(window)
    told = "Every exception on a surface of the scope that was asked for, held or ended in the period, with its end."
    yield records(window, "exceptions", "Exceptions", EXCEPTIONS, _exceptions(ground), told, ground.voice)


def _exceptions(ground: Ground) -> Iterator[Any]:
    window = ground.window
    seen: set[int] = set()
    for part in batches(window.surface_ids):
        covers = ExceptionSurface.objects.filter(surface__in=part).values_list("exception_id", flat=True)
        seen |= set(covers)
    allowed = exceptions_.visible_to(window.asked_by)
    for part in batches(sorted(seen)):
        rows = as_of(allowed, ground.at, beside=("owner", "request", "extends"), pk__in=part)
        rows = [row for row in rows if row.created_at < window.until and (row.ended_at is None or row.ended_at >= window.since)]
        covered = _covered(rows, window)
        entries = ground.entries(("exception.requested",), "registry.controlexception", [row.pk for row in rows])
        for row in rows:
            row.covered, row.entry = covered.get(row.pk, []), entries.get(str(row.pk))  # type: ignore[attr-defined]
            yield row


def _covered(rows: list[ControlException], window: Window) -> dict[int, list[str]]:
    """Return the keys of the surfaces of the scope that each covers."""
    inside = set(window.surface_ids)
    found: dict[int, list[str]] = {}
    covers = ExceptionSurface.objects.filter(exception__in=[row.pk for row in rows]).order_by("exception_id", "surface_id")
    for exception, surface in covers.values_list("exception_id", "surface_id"):
        if surface in inside:
            found.setdefault(exception, []).append(f"S-{surface:04d}")
    return found


def risks(window: Window) -> Iterator[RecordSet]:
    """Give the risks of the surfaces, and in a company's pack those of the company."""
    ground = Ground(window)
    told = "The risks of the surfaces of the scope; in the company's pack also those of the whole company."
    yield records(window, "risks", "Risks", RISKS, _risks(ground), told, ground.voice)


def _risks(ground: Ground) -> Iterator[Any]:
    window = ground.window
    linked: dict[int, set[int]] = {}
    allowed = risks_.visible_to(window.asked_by)
    for part in batches(window.surface_ids):
        links = as_of(RiskSurface.objects.all(), ground.at, removable=True, surface__in=part)
        for link in links:
            linked.setdefault(link.risk_id, set()).add(link.surface_id)
        for pk, surface in allowed.filter(surface__in=part).order_by("pk").values_list("pk", "surface_id"):
            linked.setdefault(pk, set()).add(surface)
    if window.is_company:
        own = allowed.filter(Q(surface__isnull=True)).values_list("pk", flat=True)
        linked |= {pk: linked.get(pk, set()) for pk in own}
    areas = rules.areas(ground.document)
    for part in batches(sorted(linked)):
        for row in as_of(allowed, ground.at, beside=("owner",), pk__in=part):
            if row.state == Risk.State.CLOSED and row.updated_at < window.since:
                continue
            row.covered = [f"S-{pk:04d}" for pk in sorted(linked[row.pk])]  # type: ignore[attr-defined]
            row.area_name = areas.get(row.area, row.area)  # type: ignore[attr-defined]
            yield row


WAIVERS = Sheet(
    "exceptions",
    (
        Print("title", "Exception", kind="strong", width="c24", under=("key", "surfaces"), most=120),
        Print("controls", "Controls", kind="list", width="c17"),
        Print("reason", "Why, and what is done instead", under=("measures",), most=400),
        Print("expires_on", "Until", kind="day", width="c14", under=("owner",)),
        Print(
            "state",
            "State",
            kind="state",
            width="c14",
            state=lambda row: (STATES.get(row["state"], "wait"), row["state"]),
        ),
    ),
    empty="No exception held, was asked for or ended in the period.",
)
DANGERS = Sheet(
    "risks",
    (
        Print("title", "Risk", kind="strong", width="c28", under=("key", "surfaces"), most=120),
        Print("area", "Area", width="c17"),
        Print(
            "score",
            "Score",
            kind="state",
            width="c8",
            state=lambda row: ("stop" if row["score"] >= 15 else "warn" if row["score"] >= 10 else "ok", str(row["score"])),
        ),
        Print("plan", "What is done", under=("treatment",), most=0),
        Print("review_on", "Next review", kind="day", width="c14", under=("owner",)),
        Print("state", "State", width="c11"),
    ),
    empty="No risk is registered for this scope.",
    foot="The score is likelihood times impact, each from 1 to 5.",
)


def exception_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the exceptions."""
    lead = "What need not be met for a time. There is no exception without an end."
    yield chapter("exceptions", "Exceptions", lead, found, WAIVERS)


def risk_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the risks."""
    yield chapter("risks", "Risks", "What could go wrong, who answers for it, and what is done about it.", found, DANGERS)


EXCEPTION_SECTION = PackSection("exceptions", "Exceptions", 90, exceptions, exception_pages)
RISK_SECTION = PackSection("risks", "Risks", 100, risks, risk_pages)
SECTIONS = (EXCEPTION_SECTION, RISK_SECTION)
