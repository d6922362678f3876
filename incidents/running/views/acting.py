"""What is done to incidents by page."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse

from governance.core.errors import Invalid, PlumblineError
from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from incidents.cases import actions as cases
from incidents.cases import queries
from incidents.cases.models import Incident
from incidents.cases.rules import may_note
from incidents.running import actions, forms, rules
from incidents.running import queries as running
from incidents.running.severity import TABLE, propose
from registry.surfaces import queries as surfaces
from registry.surfaces.models import SurfaceState

OFFERED = 200


class IncidentAction(ActionPage):
    """Base of everything done to one incident; `step` is the rule that is asked before the form is shown."""

    step: ClassVar[str] = "edit"
    nav = "incidents"

    def load(self) -> Incident:
        """Return the incident of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Incident) -> Verdict:
        """Say whether the person may."""
        return rules.may(self.step, self.user, obj, running.standing(self.user, obj))

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the incident."""
        return [("Incidents", reverse("incidents")), (self.obj.key, self.obj.get_absolute_url()), (self.get_title(), "")]


class Note(IncidentAction):
    """Add to the timeline."""

    title, submit, form_class = "Add to the timeline", "Add it", forms.NoteForm

    def verdict(self, obj: Incident) -> Verdict:
        """Whoever sees it and may write adds what they know."""
        return may_note(self.user, True)

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Any:
        """Add it."""
        return cases.note(obj, actor=self.user, text=given["text"], at=given["at"])

    def success_url(self, result: Any) -> str:
        """Return to the timeline."""
        return f"{self.obj.get_absolute_url()}#timeline"


class Correct(Note):
    """Correct an entry of the timeline by a further one."""

    title, submit = "Correct an entry", "Add the correction"
    lead = "The entry stays as it was written; yours is added and names it."

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Begin with the words to correct."""
        row = queries.entry_of(obj, self.kwargs["number"])
        return {"text": row.text, "at": None}

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Any:
        """Add the correction."""
        row = queries.entry_of(obj, self.kwargs["number"])
        return cases.note(obj, actor=self.user, text=given["text"], at=given["at"], corrects=row)


class Acknowledge(IncidentAction):
    """Take an incident."""

    title, submit, step = "Take this incident", "I have it", "acknowledge"
    lead = "You answer for it from now on, and nobody else is called."

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Take it."""
        return actions.acknowledge(obj, actor=self.user)

    def said(self, result: Incident) -> str:
        """Say so."""
        return f"You have {result.key}. Nobody else is called."


class Triage(IncidentAction):
    """Say how bad it is."""

    title, submit, step, form_class = "Triage", "Triage it", "triage", forms.TriageForm
    lead = "A minute is enough: what is wrong here can be set right later, with a reason."
    fields_template = "incidents/running/_judge.html"

    def form_arguments(self, obj: Incident) -> dict[str, Any]:
        """Offer surfaces by name."""
        seen = surfaces.visible_to(self.user).exclude(state=SurfaceState.RETIRED).order_by("name")
        return {"incident": obj, "offered": list(seen.values_list("pk", "name")[:OFFERED])}

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Begin with what was reported, and the severity that it stands for."""
        return _judged(obj) | {"category": obj.category, "surface": obj.surface.key if obj.surface else ""}

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Triage it."""
        key = given["surface"].strip()
        found = surfaces.visible_to(self.user).filter(pk=_number(key)).first() if key else None
        if key and found is None:
            raise Invalid("Which surface?", fields={"surface": ["There is no such surface that you can see."]})
        return actions.triage(
            obj, actor=self.user, expected_version=self.seen_version, **{**_figures(given), "category": given["category"]},
            surface=found,
        )  # fmt: skip

    def extra(self, obj: Incident) -> dict[str, Any]:
        """Show what harm and radius stand for."""
        return _table(obj)

    def said(self, result: Incident) -> str:
        """Say what it is, and what follows."""
        demand = " It cannot be closed without a postmortem." if result.postmortem_demanded else ""
        return f"{result.key} is {result.severity}.{demand}"


class ChangeSeverity(IncidentAction):
    """Judge an incident anew."""

    title, submit, step, form_class = "Change the severity", "Set it", "set_severity", forms.SeverityForm
    lead = "Alerts and clocks follow at once; the reason stands on the timeline."
    fields_template = "incidents/running/_judge.html"

    def form_arguments(self, obj: Incident) -> dict[str, Any]:
        """Give the form the incident."""
        return {"incident": obj}

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Begin with what holds."""
        return _judged(obj)

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Set it."""
        return actions.set_severity(obj, actor=self.user, expected_version=self.seen_version, **_figures(given))

    def extra(self, obj: Incident) -> dict[str, Any]:
        """Show what harm and radius stand for."""
        return _table(obj)

    def said(self, result: Incident) -> str:
        """Say what it is now."""
        return f"{result.key} is {result.severity}."


def _number(key: str) -> int:
    found = surfaces.KEY.match(key)
    return int(found.group(1)) if found else 0


def _figures(given: Mapping[str, Any]) -> dict[str, Any]:
    names = ("severity", "near_miss", "user_harm", "blast_radius", "people_estimated", "reason")
    return {name: given[name] for name in names}


def _judged(incident: Incident) -> dict[str, Any]:
    keys = list(running.severities())
    known = incident.user_harm is not None and incident.blast_radius is not None
    tier = incident.surface.tier if incident.surface else None
    proposed = propose(incident.user_harm, incident.blast_radius, tier).key(keys) if known else ""  # type: ignore[arg-type]
    figures = {name: getattr(incident, name) for name in ("user_harm", "blast_radius", "people_estimated", "near_miss")}
    return figures | {"severity": incident.severity or proposed or (keys[-2] if len(keys) > 1 else "")}


def _table(incident: Incident) -> dict[str, Any]:
    keys = list(running.severities())
    tier = incident.surface.tier if incident.surface else None
    rows = [[propose(harm, radius, tier).key(keys) for radius in range(5)] for harm in range(len(TABLE))]
    return {"proposed": list(enumerate(rows)), "tier": tier}


class StartMitigating(IncidentAction):
    """Begin to stop the harm."""

    title, submit, step, form_class = "Start mitigating", "Start", "start_mitigating", forms.MaybeReasonForm

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Begin."""
        return actions.start_mitigating(obj, actor=self.user, reason=given["reason"])


class Mitigated(IncidentAction):
    """The harm has stopped."""

    title, submit, step, form_class = "The harm has stopped", "It has stopped", "mitigated", forms.MaybeReasonForm
    lead = "Its cause may still be there; resolve it when that is gone, too."

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Say so."""
        return actions.mitigated(obj, actor=self.user, reason=given["reason"])


class Resolve(IncidentAction):
    """The cause is gone."""

    title, submit, step, form_class = "Mark as resolved", "It is resolved", "resolve", forms.ReasonForm

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Resolve it."""
        return actions.resolve(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Incident) -> str:
        """Say what follows."""
        after = "It is closed once its postmortem is approved." if result.postmortem_demanded else "It can be closed now."
        return f"{result.key} is resolved. {after}"


class BeginPostmortem(IncidentAction):
    """Take a resolved incident into its postmortem."""

    title, submit, step = "Begin the postmortem", "Begin it", "begin_postmortem"

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Begin it."""
        return actions.begin_postmortem(obj, actor=self.user)


class Reopen(IncidentAction):
    """Take it up again."""

    title, submit, step, form_class = "Reopen", "Reopen it", "reopen", forms.ReasonForm
    lead = "Its clocks go on from here."

    def build(self, obj: Any, bound: bool) -> Any:
        """Ask for what came back."""
        form = super().build(obj, bound)
        form.fields["reason"].label = "What came back, or what was overlooked"
        return form

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Reopen it."""
        return actions.reopen(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)


class NameRole(IncidentAction):
    """Give somebody a part."""

    title, submit, form_class = "Who does what", "Name them", forms.RoleForm
    lead = "The commander decides and leads, communications speaks to everybody outside, the scribe writes down."

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Begin with the first part that nobody has."""
        free = next((role for role in ("commander", "communications", "scribe") if getattr(obj, f"{role}_id") is None), "owner")
        return {"role": self.request.GET.get("role") or free, "person": self.user.pk}

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Name them."""
        return actions.name_role(obj, actor=self.user, role=given["role"], person=given["person"])


class Edit(IncidentAction):
    """What an incident says; when two write at once, both texts are shown and nothing typed is lost."""

    title, submit, form_class = "Edit the incident", "Save", forms.EditForm
    fields_template = "incidents/running/_edit.html"

    def form_arguments(self, obj: Incident) -> dict[str, Any]:
        """Give the form incident and person."""
        return {"incident": obj, "person": self.user}

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Begin with what holds."""
        names = (*actions.TEXTS, "category", "vendor", "occurred_at", "detected_at", "data_classes")
        return {name: getattr(obj, name) for name in names} | {"trace_ids": "\n".join(obj.trace_ids)}

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Save what differs from what the person saw."""
        return actions.edit(obj, actor=self.user, expected_version=self.seen_version, **self._moments(obj, given))

    def _moments(self, obj: Incident, given: Mapping[str, Any]) -> dict[str, Any]:
        """A moment is typed to the minute: one that was not touched keeps its seconds."""
        found = dict(given)
        for name in ("occurred_at", "detected_at"):
            held, typed = getattr(obj, name), found[name]
            if held is not None and typed is not None and held.replace(second=0, microsecond=0) == typed:
                found[name] = held
        return found

    def refused(self, form: Any, error: PlumblineError) -> HttpResponse:
        """Show theirs beside each field that both changed; saving again is then against how it stands now."""
        if isinstance(error, actions.EditClash):
            for name, theirs in error.theirs.items():
                form.fields[name].theirs = _readable(theirs)
        return super().refused(form, error)


class ForgetReporter(IncidentAction):
    """Erase who reported without an account."""

    title, submit, tone, form_class = "Erase the reporter", "Erase name and address", "stop", forms.ReasonForm
    lead = "Name and address stand nowhere else. They cannot be brought back, and the reporter is told nothing more."

    def verdict(self, obj: Incident) -> Verdict:
        """Say whether the person keeps policy."""
        return rules.may_forget(self.user)

    def build(self, obj: Any, bound: bool) -> Any:
        """Ask for the reason."""
        form = super().build(obj, bound)
        form.fields["reason"].label = "Why"
        return form

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Erase it."""
        return actions.forget_reporter(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)


def _readable(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    return "" if value is None else str(value)


class Affect(IncidentAction):
    """What else it touches."""

    title, submit, form_class = "What it touches", "Save", forms.AffectForm

    def form_arguments(self, obj: Incident) -> dict[str, Any]:
        """Give the form the person."""
        return {"person": self.user}

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Begin with what holds."""
        further = [each.key for each in queries.surfaces_of(obj) if each.pk != obj.surface_id]
        return {"surfaces": "\n".join(further), "endpoints": [row.endpoint_id for row in obj.endpoint_rows.all()]}

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Save."""
        keys = given["surfaces"].replace(",", " ").split()
        held = {each.key: each for each in queries.surfaces_of(obj)}
        numbers = [_number(key) for key in keys]
        seen = {each.key: each for each in surfaces.visible_to(self.user).filter(pk__in=numbers)} | held
        missing = [key for key, number in zip(keys, numbers, strict=True) if f"S-{number:04d}" not in seen]
        if missing:
            said = f"There is no surface {missing[0][:40]} that you can see."
            raise Invalid(said, fields={"surfaces": [said]})
        chosen = [seen[f"S-{number:04d}"] for number in dict.fromkeys(numbers)]
        return actions.affect(
            obj, actor=self.user, surfaces=chosen, endpoints=given["endpoints"], expected_version=self.seen_version
        )
