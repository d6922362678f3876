"""Rows that become past incidents: closed, by the same rules, history and ledger entries as those that happen here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.core.tabular.choices import fold
from governance.core.tabular.conversion import MappedRow
from governance.core.tabular.fields import TargetField
from governance.core.tabular.problems import Level, Problem
from governance.core.verdict import Verdict
from governance.people import rules as people
from incidents.cases.models import Incident, IncidentState
from incidents.filing import rules
from incidents.filing.importing import actions
from incidents.filing.importing.fields import DAYS, LABELS, PARTIES, fields
from registry.catalog.models import Vendor
from registry.imports.adapter import Origin, Resolved
from registry.imports.targets import batches
from registry.imports.targets.lookups import Named, unknown
from registry.surfaces import queries as surfaces

NOON = time(12, tzinfo=UTC)
"""A day without an hour is kept at noon in UTC, so that it is the same day wherever it is read."""
LONGEST_NAME = 120
"""Letters of a column's name under which its text is kept."""
_PLAIN = ("title", "what", "where", "impact", "summary", "category", "severity", "source_ref")


class IncidentImport:
    """The adapter of past incidents."""

    model = Incident
    labels = LABELS

    def may(self, user: Any) -> Verdict:
        """Say whether a person may take past incidents over."""
        return rules.may_import(user)

    def fields(self) -> list[TargetField]:
        """Return the fields that columns can be matched to."""
        return fields()

    def session(self, actor: Any, columns: Callable[[str], str], settings: Mapping[str, Any]) -> IncidentSession:
        """Begin a run."""
        return IncidentSession(actor, columns)

    def url(self, key: str) -> str:
        """Return an incident's page."""
        return reverse("incident", args=[key])

    def list_url(self) -> str:
        """Return the list of incidents."""
        return reverse("incidents")


class IncidentSession:
    """One run: surfaces, vendors and what was taken over before are read once."""

    def __init__(self, actor: Any, columns: Callable[[str], str]) -> None:
        self.actor, self.column = actor, columns
        self.notes: Counter[str] = Counter()
        self.missing: dict[str, dict[str, str]] = {}
        self._surfaces = Named(surfaces.visible_to(actor), "name", "key")
        self._vendors = Named(Vendor.objects.all(), "name", "key")
        self._today = clock.today()
        self._known: dict[str, dict[Any, Incident]] | None = None

    def resolve(self, row: MappedRow) -> Resolved:
        """Turn field values into attributes of an incident; what has no field is kept beside its parties."""
        values, extra = row.values, dict(row.extra)
        attrs: dict[str, Any] = {name: values[name] for name in _PLAIN if values.get(name)}
        resolved = Resolved(attrs, str(values.get("title") or ""))
        for name, column in DAYS.items():
            if (day := values.get(name)) is not None:
                self._day(resolved, column, day)
        if values.get("near_miss") is not None:
            attrs["near_miss"] = bool(values["near_miss"])
        self._related(resolved, "surface", self._surfaces, values.get("surface"), extra)
        self._related(resolved, "vendor", self._vendors, values.get("vendor"), extra)
        parties: dict[str, Any] = {PARTIES[name]: values[name] for name in PARTIES if values.get(name)}
        parties |= {name[:LONGEST_NAME]: [text] for name, text in extra.items()}
        if parties:
            attrs["parties"] = parties
        return resolved

    def _day(self, resolved: Resolved, column: str, day: date) -> None:
        if day > self._today:
            what = f"{LABELS[column]}: {day.isoformat()} is to come."
            resolved.problems.append(Problem(Level.REFUSE, what, "Correct the date, or empty it.", column))
        resolved.attrs[column] = datetime.combine(day, NOON)

    def _related(self, resolved: Resolved, name: str, known: Named, text: str | None, extra: dict[str, str]) -> None:
        if not text:
            return
        found = known.get(text)
        if found is not None:
            resolved.attrs[name] = found
            return
        extra[self.column(name) or LABELS[name]] = text
        fix = f"Add the {name} first, or leave it: the text is kept."
        resolved.problems.append(unknown(LABELS[name], text, ambiguous=known.is_ambiguous(text), what=name, fix=fix))

    def candidates(self, resolved: Resolved) -> tuple[Sequence[Incident], str]:
        """Find what was taken over before: by its number, else by title and day."""
        known = self._taken_over()
        if ref := resolved.attrs.get("source_ref"):
            found = known["ref"].get(fold(ref))
            return ([found] if found else []), "source_ref"
        found = known["title"].get((fold(resolved.label), resolved.attrs.get("occurred_at")))
        return ([found] if found else []), ""

    def _taken_over(self) -> dict[str, dict[Any, Incident]]:
        if self._known is None:
            by_ref: dict[Any, Incident] = {}
            by_title: dict[Any, Incident] = {}
            for incident in Incident.objects.filter(source=Incident.Source.IMPORT).select_related("surface", "vendor"):
                if incident.source_ref:
                    by_ref[fold(incident.source_ref)] = incident
                by_title.setdefault((fold(incident.title), incident.occurred_at), incident)
            self._known = {"ref": by_ref, "title": by_title}
        return self._known

    def load(self, ids: Sequence[int]) -> dict[int, Incident]:
        """Return incidents by id as they are now."""
        found = Incident.objects.filter(source=Incident.Source.IMPORT).select_related("surface", "vendor")
        return {incident.pk: incident for incident in found.filter(pk__in=ids)}

    def changes(self, obj: Incident, resolved: Resolved) -> dict[str, Any]:
        """Return what the row would change; blanks change nothing, and parties are added to."""
        attrs = resolved.attrs
        found = {name: value for name, value in attrs.items() if name != "parties" and getattr(obj, name) != value}
        merged = obj.parties | attrs.get("parties", {})
        if merged != obj.parties:
            found["parties"] = merged
        return found

    def verdict(self, obj: Incident) -> Verdict:
        """Say whether an incident that was taken over may be changed by a file: by who may take some over."""
        return rules.may_import(self.actor)

    def say(self, name: str, value: Any) -> str:
        """Return an attribute's value in words, for the preview."""
        if value in (None, "", {}):
            return ""
        if isinstance(value, datetime):
            return value.astimezone(UTC).date().isoformat()
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value)

    def build(self, resolved: Resolved) -> Incident:
        """Return a new incident: closed, of whoever takes it over, reported when it happened unless the file says more."""
        attrs = dict(resolved.attrs)
        now = clock.now()
        at = attrs.get("reported_at") or attrs.get("occurred_at") or now
        attrs |= {"reported_at": at, "closed_at": now, "state": IncidentState.CLOSED, "source": Incident.Source.IMPORT}
        if people.may_own(self.actor):
            attrs["owner"] = self.actor
        self.notes["Taken over as closed: nobody is called, and no clock runs"] += 1
        return Incident(**attrs)

    def still_missing(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Return nothing: a file of incidents makes no surfaces or vendors."""
        return {}

    def make(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
        """Make nothing: a file of incidents makes no surfaces or vendors."""
        return {}

    def create(self, made: Sequence[tuple[Incident, Origin]]) -> None:
        """Store past incidents, many at once."""
        if made:
            origin = made[0][1]
            reason = f"Import {origin.batch} of {origin.file}."
            actions.take_over([incident for incident, _ in made], actor=self.actor, reason=reason)

    def change(self, obj: Incident, changes: Mapping[str, Any], origin: Origin) -> None:
        """Change one that was taken over before."""
        reason = f"Import {origin.batch} of {origin.file}, row {origin.row}."
        actions.correct(obj, actor=self.actor, changes=changes, reason=reason)

    def restore(self, obj: Incident, before: Mapping[str, Any], batch: str) -> None:
        """Put back what an import changed."""
        actions.correct(obj, actor=self.actor, changes=batches.typed(obj, before), reason=f"Import {batch} was undone.")

    def remove(self, objs: Sequence[Incident], batch: str) -> None:
        """Remove incidents that an import took over and nobody touched."""
        if objs:
            batches.remove_many(objs, actor=self.actor, kind="incident.import_undone", batch=batch)

    def unmake(self, made: Mapping[str, Sequence[int]]) -> None:
        """Nothing else was made."""
