"""What an incident says and touches, and who has a part in it, by page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from governance.core.errors import Invalid, PlumblineError
from governance.core.verdict import Verdict
from incidents.cases import queries
from incidents.cases.models import Incident
from incidents.running import actions, forms, rules
from incidents.running.views.acting import IncidentAction, number_of
from registry.surfaces import queries as surfaces


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
        numbers = [number_of(key) for key in keys]
        seen = {each.key: each for each in surfaces.visible_to(self.user).filter(pk__in=numbers)} | held
        missing = [key for key, number in zip(keys, numbers, strict=True) if f"S-{number:04d}" not in seen]
        if missing:
            said = f"There is no surface {missing[0][:40]} that you can see."
            raise Invalid(said, fields={"surfaces": [said]})
        chosen = [seen[f"S-{number:04d}"] for number in dict.fromkeys(numbers)]
        return actions.affect(
            obj, actor=self.user, surfaces=chosen, endpoints=given["endpoints"], expected_version=self.seen_version
        )
