"""Sees when a case asked for runs the first time, and when an action item is late; tells who has to know."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.core.contributions import AfterEntries, JobKind, Schedule, contribute
from governance.core.errors import StaleState
from governance.ledger.journal import Pending
from governance.notifications.telling import NoticeRule
from governance.people.bench import day_of
from governance.people.models import Role, User
from governance.people.queries import active_people
from governance.people.system import system_actor
from incidents.postmortems import actions, queries
from incidents.postmortems.models import ActionItem, EvalCaseRequest
from registry.evals.models import EvalRun

CASES, ITEMS = "postmortems.cases", "postmortems.items"


def see_runs(asked: Iterable[EvalCaseRequest]) -> int:
    """Write down the first run of those cases that a run has carried; return how many there were."""
    seen = 0
    for each in asked:
        try:
            actions.case_ran(each, actor=system_actor())
        except StaleState:
            continue  # no run has carried it, or somebody else saw it first
        seen += 1
    return seen


def after(entries: Sequence[Pending]) -> None:
    """Look at the cases asked for in the suites of the runs that were just recorded."""
    runs = [int(entry.subject_id) for entry in entries if entry.kind == "run.recorded"]
    if runs:
        suites = EvalRun.objects.filter(pk__in=runs).values("suite")
        see_runs(queries.not_yet_run().filter(suite__in=suites))


def look_at_cases(job: Any, progress: Any) -> dict[str, int]:
    """Look at all cases that no run has carried yet: what `after` lost when its process died."""
    return {"seen": see_runs(queries.not_yet_run())}


def look_at_items(job: Any, progress: Any) -> dict[str, int]:
    """Tell owners and leaders of each action item that is past its day; once for each day it was due on."""
    told = 0
    for item in queries.overdue(day_of(clock.now())).filter(overdue_told_at__isnull=True):
        try:
            actions.tell_overdue(item, actor=system_actor())
        except StaleState:
            continue  # done, or given another day, between the reading and the writing
        told += 1
        progress(told, 0, item.key)
    return {"told": told}


def _by_ref(*names: str) -> Any:
    return lambda entry, body: User.objects.filter(ref__in=[body["payload"].get(name, "") for name in names])


def _leaders(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    owner = User.objects.filter(ref=body["payload"]["owner"])
    return [*owner, *active_people().filter(role=Role.LEADER).exclude(ref=body["payload"]["owner"])]


def _verifiers(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    """Whoever wrote the postmortem or answers for the incident, but neither the item's owner nor whoever did it."""
    rows = ActionItem.objects.select_related("incident__owner", "postmortem__author")
    item = rows.filter(pk=int(entry.subject_id)).first()
    if item is None:
        return []
    found = {item.incident.owner, item.postmortem.author if item.postmortem else None}
    return [person for person in found if person is not None and person.pk not in (item.owner_id, item.done_by_id)]


def _author(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    return User.objects.filter(postmortems__pk=int(entry.subject_id))


def _page(name: str) -> Any:
    return lambda entry, body: reverse(name, args=[entry.subject_key])


def _says(template: str) -> Any:
    return lambda entry, body: template.format(**body["payload"])


contribute(JobKind(CASES, look_at_cases, label="See which cases asked for have run"))
contribute(Schedule(CASES, CASES, every=timedelta(minutes=10)))
contribute(JobKind(ITEMS, look_at_items, label="Tell of action items that are late"))
contribute(Schedule(ITEMS, ITEMS, every=timedelta(hours=1)))
contribute(AfterEntries("postmortems", after, order=220))
contribute(NoticeRule("action_item.added", _by_ref("owner"), _says("You are to do by {due_on}: {what}"), _page("action-item")))
contribute(NoticeRule("action_item.overdue", _leaders, _says("Overdue since {due_on}: {what}"), _page("action-item")))
contribute(NoticeRule("action_item.done", _verifiers, _says("Done, to be verified: {what}"), _page("action-item")))
contribute(NoticeRule("action_item.back", _by_ref("owner"), _says("Given back as not done: {what}"), _page("action-item")))
contribute(NoticeRule("postmortem.approved", _author, _says("The postmortem of {incident} is approved"), _page("postmortem")))
contribute(
    NoticeRule(
        "postmortem.returned", _author, _says("Your postmortem came back from its approvers: {state}"), _page("postmortem")
    )
)


def _asker(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    return User.objects.filter(ref__in=body["payload"]["told"])


contribute(NoticeRule("eval_case.ran", _asker, _says("The case {name} ran for the first time: {outcome}"), _page("eval-case")))
