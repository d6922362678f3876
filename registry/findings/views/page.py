"""One finding: what was seen, what is approved, and the ways to end the difference."""

from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import Button, Fact, Header, Next, ObjectPage, Tab
from registry.findings import queries, reading, rules
from registry.findings.models import Finding, FindingKind
from registry.findings.tables import severity_of, state_of
from registry.surfaces import queries as surfaces

ENDS = {
    FindingKind.NOTHING_IN_FORCE: ("Nothing was approved for it yet.", "Its contract is proposed, approved, and then holds."),
    FindingKind.UNKNOWN_ENDPOINT: ("Add the model to the catalogue, or change the program.", "An alias serves another name."),
    FindingKind.DATA_CLASS: ("Change the program, or have the data rule changed.", "The data rules never let this go there."),
    FindingKind.MODE_IGNORED: ("Have the program ask for its mode.", "The mode was lowered, and its calls go on."),
    FindingKind.OUT_OF_USE: ("Take the program off it.", "It was taken out of use; calls of it were not stopped."),
    FindingKind.ENDPOINT_DEPRECATED: ("Move to another model in time.", "Its vendor ends it; the endpoint's page says when."),
    FindingKind.LOGGING_FIELD: ("Have the program send it.", "The tier demands it of every call."),
    FindingKind.TOO_MANY_NAMES: ("Take what differs each time out of the names.", "Further names are counted as one."),
}  # fmt: skip
"""What ends a finding where a proposed change of routes, classes or tools does not, and why."""


class FindingPage(ObjectPage):
    """One finding."""

    url_name, lookup, parent, noun = "finding", "key", ("Findings", "findings"), "finding"
    tabs = (
        Tab("", "Overview", "registry/findings/_finding.html", lambda page, obj: reading.overview(page.user, obj)),
        Tab("seen", "Where it was seen", "registry/findings/_seen.html", lambda page, obj: reading.where_seen(page.user, obj)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Finding:
        """Return the finding of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Finding) -> Header:
        """Say what it is, who answers for it, and what would end it."""
        facts = [Fact("Kind", obj.get_kind_display()), Fact("Severity", severity_of(obj)), Fact("Owner", atoms.person(obj.owner))]
        if obj.surface is not None:
            facts.append(Fact("Surface", atoms.link(obj.surface.get_absolute_url(), obj.surface.name, obj.surface.key)))
        if obj.endpoint is not None:
            facts.append(Fact("Endpoint", atoms.link(obj.endpoint.get_absolute_url(), str(obj.endpoint))))
        tally = obj.tally
        facts += [Fact("Calls", f"{tally.calls:,}".replace(",", "\u202f")), Fact("First seen", atoms.time(tally.first_at))]
        facts.append(Fact("Last seen", atoms.time(tally.last_at)))
        may = may_decide(self.user, obj)
        return Header(
            obj.title, obj.key, state=state_of(obj), tier=obj.surface.tier if obj.surface is not None else None,
            facts=tuple(facts), next=_next(self.user, obj), buttons=_buttons(obj, may),
        )  # fmt: skip


def may_decide(user: Any, finding: Finding) -> Verdict:
    """Say whether a person may decide about a finding."""
    may_edit = surfaces.may_edit(user, finding.surface) if finding.surface is not None else None
    return rules.may_decide(user, finding, may_edit)


def _buttons(finding: Finding, may: Verdict) -> tuple[Button, ...]:
    def to(name: str) -> str:
        return reverse(f"finding-{name}", args=[finding.key])

    if not may:
        return ()
    if finding.state == Finding.State.DISMISSED:
        return (Button("Put it back on the list", to("wake"), post=True),)
    if not finding.is_open:
        return ()
    later = Button("Look at it now", to("wake"), post=True)
    if finding.state == Finding.State.OPEN:
        later = Button("Put off", to("snooze"), dialog=True)
    return (
        later,
        Button("Give it to somebody", to("owner"), dialog=True),
        Button("Dismiss", to("dismiss"), dialog=True),
    )


def _next(user: Any, finding: Finding) -> Next | None:
    """Return what would end the finding, or what ended it."""
    if not finding.is_open:
        return _ended(finding)
    late = Next(f"Put off until {finding.snoozed_until:%-d %B %Y}.", finding.reason) if finding.snoozed_until else None
    if finding.kind == FindingKind.UNKNOWN_SURFACE:
        if not rules.may_register(user, finding):
            return late
        begin = Button("Register the surface", reverse("finding-register", args=[finding.key]), "plus", "primary", post=True)
        name = Button("It is a surface of ours", reverse("finding-name", args=[finding.key]), dialog=True)
        return Next("Nobody registered this program.", "What was seen is filled in; you say the rest.", "warn", (begin, name))
    may_edit = finding.surface is not None and surfaces.may_edit(user, finding.surface)
    if may_edit and rules.may_propose(finding):
        propose = Button("Propose the change", reverse("finding-propose", args=[finding.key]), "edit", "primary", post=True)
        said = "The contract is drafted with what is missing; whoever policy names decides."
        return Next("Change the program, or have it allowed.", said, "warn", (propose,))
    return late or _elsewhere(finding, bool(may_edit))


def _elsewhere(finding: Finding, may_edit: bool) -> Next | None:
    """Return what would end a finding that no change of routes, classes or tools allows, for who may edit the surface."""
    said = ENDS.get(FindingKind(finding.kind))
    if said is None or not (may_edit or finding.surface is None):
        return None
    if finding.kind == FindingKind.NOTHING_IN_FORCE and finding.surface is not None:
        write = Button("Write its contract", reverse("surface-contract-edit", args=[finding.surface.key]), "edit", "primary")
        return Next(*said, "warn", (write,))
    return Next(*said, "warn")


def _ended(finding: Finding) -> Next:
    if finding.state == Finding.State.DISMISSED:
        return Next("Dismissed.", finding.reason)
    when = atoms.exact(finding.settled_at) if finding.settled_at is not None else ""
    if finding.change is not None:
        see = Button("See the change", reverse("change", args=[finding.change.key]))
        return Next(f"Approved from {when}.", f"By {finding.change.key}: {finding.change.title}", "", (see,))
    return Next(f"{finding.get_resolution_display()}, from {when}.", finding.reason)
