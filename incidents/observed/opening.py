"""The incident of a finding: what it says, and opening it once."""

from collections.abc import Iterable

from django.db.models import QuerySet

from governance.core.errors import Conflict
from governance.core.verdict import require
from governance.ledger.journal import action
from governance.people.models import User
from governance.people.system import system_actor
from governance.policy import queries as policy
from incidents.cases.models import OPEN, Incident
from incidents.filing import queries as filing
from incidents.filing import rules
from incidents.filing.actions import report_from
from registry.findings import queries as findings
from registry.findings.models import Finding, FindingKind
from registry.usage.models import ClassesFrom, UsagePath

MOST_CLASSES = 40


def of(finding: Finding) -> QuerySet[Incident]:
    """Return the incidents that began with a finding, the newest first."""
    return Incident.objects.filter(source=Incident.Source.FINDING, source_ref=finding.key).order_by("-pk")


def said(finding: Finding) -> str:
    """Say in words what was found, how often, and how grave policy calls it."""
    tally, rule = finding.tally, policy.usage_rules().finding(finding.kind)
    calls = f"{tally.calls:,} call{'s'[: tally.calls != 1]}"
    span = f", from {tally.first_at:%d %B %Y %H:%M} UTC on" if tally.first_at is not None else ""
    detail = f" {finding.detail}" if finding.detail else ""
    return f"{finding.title}. {calls}{span}.{detail} Policy calls it {rule.severity}; see {finding.key}."


@action
def open_incident(finding: Finding, *, actor: User, what: str = "", near_miss: bool = False) -> Incident:
    """Open an incident from a finding, or return the one that burns for it. Raises Denied, Conflict where it is settled."""
    require(rules.may_report(actor))
    locked = Finding.objects.select_for_update(of=("self",)).select_related("surface", "endpoint", "tally")
    finding = locked.get(pk=finding.pk)  # two who open one at once: the second sees that it is open
    if not finding.is_open:
        raise Conflict(
            f"{finding.key} is {finding.get_state_display().lower()}.", fix="Report the problem by itself, and say what you saw."
        )
    open_one = of(finding).filter(state__in=OPEN).first()
    if open_one is not None and not what.strip():
        raise Conflict(f"{open_one.key} is open for it.", fix=f"Go on with {open_one.key}.")
    paths = list(findings.paths_of(finding)[:MOST_CLASSES])
    return report_from(
        Incident.Source.FINDING,
        finding.key,
        actor=actor,
        what=what.strip() or said(finding),
        title=finding.title,
        surface=finding.surface,
        url=finding.get_absolute_url(),
        data={"finding": finding.key, "kind": finding.kind, "calls": finding.tally.calls},
        category=filing.known(policy.usage_rules().finding(finding.kind).category),
        near_miss=near_miss,
        ongoing=True,
        detected_at=finding.tally.first_at or finding.opened_at,
        endpoints=[finding.endpoint] if finding.endpoint is not None else [],
        data_classes=sorted(_classes(finding, paths)),
    )


def _classes(finding: Finding, paths: Iterable[UsagePath]) -> set[str]:
    """Return the classes of data that programs said they sent, where that is what was found."""
    if finding.kind != FindingKind.DATA_CLASS:
        return set()
    return {key for path in paths if path.classes_from == ClassesFrom.SPAN for key in path.classes.split()}


def due() -> list[Finding]:
    """Return open findings for which policy has an incident opened, where none is open and none was since they were."""
    rules_ = policy.usage_rules()
    kinds = [kind for kind in FindingKind.values if rules_.finding(kind).opens_incident]
    rows = Finding.objects.filter(kind__in=kinds, state=Finding.State.OPEN).select_related("surface", "endpoint", "tally")
    found = list(rows.order_by("pk"))
    done: set[str] = set()
    opened = {each.key: each.opened_at for each in found}
    incidents = Incident.objects.filter(source=Incident.Source.FINDING, source_ref__in=list(opened))
    for ref, state, reported_at in incidents.values_list("source_ref", "state", "reported_at"):
        if state in OPEN or reported_at >= opened[ref]:
            done.add(ref)
    return [each for each in found if each.key not in done]


def open_due() -> list[Incident]:
    """Open the incidents that policy asks for; return them. Harmless twice."""
    made = []
    for finding in due():
        try:
            made.append(open_incident(finding, actor=system_actor()))
        except Conflict:  # somebody settled it, or opened one, meanwhile
            continue
    return made
