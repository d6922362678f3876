"""Puts what went wrong at the demo company, and what surrounds it, on the demo's calendar."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from governance.core import clock
from governance.people.models import User
from governance.people.system import system_actor
from incidents.cases.models import Incident
from incidents.demo import around, learning, steps
from incidents.filing import actions as filing
from incidents.filing.models import Report
from registry.catalog.models import Endpoint, Vendor
from registry.oncall import queries as oncall
from registry.oncall.models import Rota
from registry.surfaces.models import Surface

DATA = Path(__file__).with_name("story.yaml")
LENGTH = re.compile(r"(\d+(?:\.\d+)?)([mhdw])")
WEEK = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
CALLED = "platform-on-call"
STEPS: Mapping[str, Callable[..., None]] = {
    "acknowledge": steps.acknowledge,
    "triage": steps.triage,
    "role": steps.role,
    "note": steps.note,
    "more": steps.more,
    "mitigate": steps.mitigate,
    "mitigated": steps.mitigated,
    "resolve": steps.resolve,
    "edit": steps.edit,
    "flag": steps.flag,
    "meet": steps.meet,
    "tell": steps.tell,
    "draft": steps.draft,
    "lower": steps.lower,
    "raise": steps.raise_again,
    "quarantine": steps.quarantine,
    "lift": steps.lift,
    "postmortem": learning.postmortem,
    "item": learning.item,
    "case": learning.case,
    "run": learning.run,
    "sign": learning.sign,
    "close": learning.close,
}


@dataclass
class Case:
    """An incident while it is told: the demo's story, its row in the data file, the whole file, and its report."""

    story: Any
    row: Mapping[str, Any]
    data: Mapping[str, Any]
    report_id: int = 0

    @property
    def incident(self) -> Incident:
        """The incident as it stands now."""
        rows = Incident.objects.select_related("surface__owner", "surface__team__lead", "surface__in_force", "owner", "vendor")
        return rows.select_related("commander", "communications").get(report__pk=self.report_id)

    @property
    def report(self) -> Report:
        """The report that it began with."""
        return Report.objects.select_related("incident").get(pk=self.report_id)

    def person(self, key: str) -> User:
        """Return somebody of the cast; on-call is who is on call for Platform at this moment."""
        if key == "on-call":
            return oncall.on_call(Rota.objects.get(key=CALLED), clock.now())[0]
        found: User = self.story.cast[key]
        return found

    def later(self, length: str, what: Callable[[], Any]) -> None:
        """Let something happen so long after the incident was reported."""
        self.story.at((ago(self.row["ago"]) - ago(length)) / timedelta(weeks=1), what)


def ago(length: str) -> timedelta:
    """Return how long 40m, 26h, 3d or 5w is. Raises ValueError for anything else."""
    found = LENGTH.fullmatch(length)
    if found is None:
        raise ValueError(f"{length!r} is no length of time")
    return float(found.group(1)) * WEEK[found.group(2)]


def tell(story: Any) -> None:
    """Put it on the calendar of the demo's story."""
    data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    around.tell(story, data)
    for row in data["incidents"]:
        case = Case(story, row, data)
        case.later("0m", partial(_report, case))
        for length, step, who, *said in row["steps"]:
            case.later(length, partial(_take, case, step, who, dict(said[0]) if said else {}))
    around.settle(story)


def _take(case: Case, step: str, who: str, said: dict[str, Any]) -> None:
    STEPS[step](case, case.person(who), **said)


def _report(case: Case) -> None:
    row = case.row
    told: dict[str, Any] = {name: row[name] for name in ("title", "where", "category", "reporter_name") if name in row}
    if row["by"].startswith("link "):
        told |= {"link": around.link(case.data, row["by"].removeprefix("link ")), "source": Incident.Source.LINK}
        actor = system_actor()
    else:
        actor = case.person(row["by"])
    if "occurred" in row:
        told["occurred_at"] = case.story.today - ago(row["occurred"])
    if "vendor" in row:
        told["vendor"] = Vendor.objects.get(key=row["vendor"])
    told["endpoints"] = list(Endpoint.objects.filter(key__in=row.get("endpoints", ())))
    surface = Surface.objects.select_related("owner", "team__lead", "in_force").get(name=row["surface"])
    made = filing.report(
        actor=actor, what=row["what"], surface=surface, harm=row["harm"], ongoing=row["ongoing"], **told
    )  # fmt: skip
    case.report_id = made.pk
