"""Rows that become surfaces."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse

from governance.core.errors import PlumblineError
from governance.core.tabular.choices import fold
from governance.core.tabular.conversion import MappedRow
from governance.core.tabular.fields import TargetField
from governance.core.tabular.problems import Level, Problem
from governance.core.verdict import Verdict, require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import roles
from governance.people import rules as people_rules
from governance.people.actions import create_team, remove_team
from governance.people.models import Team, User
from registry.catalog import actions as catalog
from registry.catalog import rules as catalog_rules
from registry.catalog.models import Vendor
from registry.imports.adapter import Origin, Resolved
from registry.imports.targets import batches, surfacefields, vendors
from registry.imports.targets.lookups import Named, unknown
from registry.surfaces import actions, queries, rules
from registry.surfaces.actions.common import FACTS
from registry.surfaces.models import Pattern, Surface, SurfaceState

_PLAIN = ("name", "purpose", "topic", "external_id", "pattern", "started_on", "review_on", "retired_on")
_NEW_STATES = {
    SurfaceState.LIVE: SurfaceState.BUILDING,
    SurfaceState.PAUSED: SurfaceState.BUILDING,
    SurfaceState.IN_REVIEW: SurfaceState.BUILDING,
}
_LIVE = "In use according to the file: counts as being built until its contract is approved and in force"


class SurfaceImport:
    """The adapter of surfaces."""

    model = Surface
    labels = surfacefields.LABELS

    def may(self, user: Any) -> Verdict:
        """Whoever may register a surface may import some."""
        return rules.may_register(user)

    def fields(self) -> list[TargetField]:
        """The fields that columns can be matched to."""
        return surfacefields.fields()

    def session(self, actor: Any, columns: Callable[[str], str], settings: Mapping[str, Any]) -> SurfaceSession:
        """Begin a run."""
        return SurfaceSession(actor, columns, settings)

    def url(self, key: str) -> str:
        """A surface's page."""
        return reverse("surface", args=[key])

    def list_url(self) -> str:
        """The list of surfaces."""
        return reverse("surfaces")


class SurfaceSession:
    """One run: people, teams, vendors and surfaces are read once."""

    def __init__(self, actor: Any, columns: Callable[[str], str], settings: Mapping[str, Any]) -> None:
        self.actor, self.column, self.settings = actor, columns, settings
        self.notes: Counter[str] = Counter()
        self.missing: dict[str, dict[str, str]] = {"team": {}, "vendor": {}}
        self._teams = Named(Team.objects.select_related("lead"), "name", "key")
        people = User.objects.persons().select_related("team")
        self._people = Named(sorted(people, key=lambda person: not person.is_active), "email", "name")
        self._vendors = Named(Vendor.objects.all(), "name", "key")
        self._surfaces: dict[int, Surface] = {}
        self._by: dict[str, dict[str, list[Surface]]] = {}

    # What a row says

    def resolve(self, row: MappedRow) -> Resolved:
        """Turn field values into attributes of a surface."""
        values = row.values
        attrs: dict[str, Any] = {name: values[name] for name in _PLAIN if values.get(name)}
        attrs["key"] = values.get("key") or ""
        resolved = Resolved(attrs, str(values.get("name") or ""))
        extra = dict(row.extra)
        self._related(resolved, "team", self._teams, values.get("team"), extra)
        self._related(resolved, "vendor", self._vendors, values.get("vendor"), extra)
        self._owner(resolved, values.get("owner"), extra)
        if values.get("tier") is not None:
            attrs["tier"] = int(values["tier"])
        if values.get("state"):
            attrs["state"] = values["state"]
        if extra:
            attrs["attributes"] = extra
        return resolved

    def _related(self, resolved: Resolved, name: str, known: Named, text: str | None, extra: dict[str, str]) -> None:
        """A team or vendor by its name; one that is not there is made before the commit, or its name is kept as text."""
        if not text:
            return
        found = known.get(text)
        if found is not None:
            resolved.attrs[name] = found
            return
        if self.settings.get("create_missing") and not known.is_ambiguous(text) and self._may_make(name):
            self.missing[name].setdefault(fold(text), text)
            return
        extra[self.column(name) or surfacefields.LABELS[name]] = text
        fix = f"Add the {name} first, or tick that what is missing is made."
        label = surfacefields.LABELS[name]
        resolved.problems.append(unknown(label, text, ambiguous=known.is_ambiguous(text), what=name, fix=fix))

    def _may_make(self, name: str) -> bool:
        return bool(people_rules.may_keep_teams(self.actor) if name == "team" else catalog_rules.may_add(self.actor))

    def _owner(self, resolved: Resolved, text: str | None, extra: dict[str, str]) -> None:
        """An owner is an active person; who may not name others keeps what they import themselves."""
        if not text:
            return
        person = self._people.get(text)
        column = self.column("owner") or "Owner"
        if person is None:
            extra[column] = text
            ambiguous = self._people.is_ambiguous(text)
            fix = "Invite the person, or name an owner afterwards."
            resolved.problems.append(unknown("Owner", text, ambiguous=ambiguous, what="person", fix=fix))
        elif not (verdict := people_rules.may_own(person)):
            extra[column] = text
            resolved.problems.append(Problem(Level.WARN, f"Owner: {verdict.reason}", verdict.fix, "owner"))
        else:
            resolved.attrs["owner"] = person

    # What exists

    def candidates(self, resolved: Resolved) -> tuple[Sequence[Surface], str]:
        """Surfaces by key, else by their own number, else by name (of the same team where there is one)."""
        self._load_all()
        attrs = resolved.attrs
        if key := attrs.get("key"):
            found = self._by["key"].get(_number(key), [])
            if not found:
                what = f"There is no surface {key[:40]} that you can see."
                resolved.problems.append(Problem(Level.REFUSE, what, "Correct the key, or empty it for a new surface.", "key"))
            return found, "key"
        if number := attrs.get("external_id"):
            found = self._by["external_id"].get(fold(number), [])
            if found:
                return found, "external_id"
            # Another number is another surface, whatever its name.
            named = [each for each in self._by["name"].get(fold(resolved.label), []) if not each.external_id]
            return named, "external_id"
        found = self._by["name"].get(fold(resolved.label), [])
        team = attrs.get("team")
        same = [each for each in found if team is None or each.team_id in (None, team.pk)]
        return same, ""

    def _load_all(self) -> None:
        if self._by:
            return
        self._by = {"key": defaultdict(list), "external_id": defaultdict(list), "name": defaultdict(list)}
        for surface in queries.visible_to(self.actor).select_related("owner", "team__lead", "vendor").order_by("pk"):
            self._by["key"][str(surface.pk)].append(surface)
            self._by["name"][fold(surface.name)].append(surface)
            if surface.external_id:
                self._by["external_id"][fold(surface.external_id)].append(surface)

    def load(self, ids: Sequence[int]) -> dict[int, Surface]:
        """Surfaces by id as they are now."""
        rows = queries.visible_to(self.actor).select_related("owner", "team__lead", "vendor", "in_force")
        return {surface.pk: surface for surface in rows.filter(pk__in=ids)}

    def changes(self, obj: Surface, resolved: Resolved) -> dict[str, Any]:
        """What the row would change. States, owners and tiers that others rely on are left to their own actions."""
        attrs = resolved.attrs
        found = {name: attrs[name] for name in _PLAIN if name in attrs and attrs[name] != getattr(obj, name)}
        for name in ("team", "vendor"):
            if name in attrs and attrs[name].pk != getattr(obj, f"{name}_id"):
                found[name] = attrs[name]
        merged = obj.attributes | attrs.get("attributes", {})
        if merged != obj.attributes:
            found["attributes"] = merged
        self._guarded(obj, attrs, found, resolved)
        found.pop("retired_on", None) if obj.state != SurfaceState.RETIRED else None
        return found

    def _guarded(self, obj: Surface, attrs: Mapping[str, Any], found: dict[str, Any], resolved: Resolved) -> None:
        owner = attrs.get("owner")
        if owner is not None and owner.pk != obj.owner_id:
            verdict = rules.may_assign_owner(self.actor, obj)
            if verdict:
                found["owner"] = owner
            else:
                resolved.problems.append(Problem(Level.WARN, f"Owner: stays {obj.owner}. {verdict.reason}", verdict.fix, "owner"))
        tier = attrs.get("tier")
        if tier is not None and tier != obj.tier:
            if obj.tier is None:
                found["tier"] = tier
            else:
                fix = "Set it on the surface's page, with a reason."
                resolved.problems.append(Problem(Level.WARN, f"Tier: stays {obj.tier}.", fix, "tier"))
        state = attrs.get("state")
        if state and _NEW_STATES.get(state, state) != obj.state and obj.state in (SurfaceState.IDEA, SurfaceState.BUILDING):
            wanted = _NEW_STATES.get(state, state)
            if wanted in (SurfaceState.IDEA, SurfaceState.BUILDING):
                found["state"] = wanted
            else:
                self.notes["Retired according to the file: retire it on its own page, with a reason"] += 1

    def verdict(self, obj: Surface) -> Verdict:
        """Whether the person may edit this surface; grants are asked for only where the role does not answer."""
        verdict = rules.may_edit(self.actor, obj)
        return verdict if verdict else rules.may_edit(self.actor, obj, queries.grants_of(self.actor, obj))

    def say(self, name: str, value: Any) -> str:
        """A value in words."""
        if value in (None, "", {}):
            return ""
        if name == "pattern":
            return str(Pattern(value).label)
        if name == "state":
            return str(SurfaceState(value).label)
        return value.isoformat() if isinstance(value, date) else str(value)

    # Writing

    def build(self, resolved: Resolved) -> Surface:
        """A new surface. Nothing is live without a contract in force; nobody else is made its owner without a say."""
        attrs = {name: value for name, value in resolved.attrs.items() if name != "key"}
        state = attrs.get("state", SurfaceState.IDEA)
        if state in (SurfaceState.LIVE, SurfaceState.IN_REVIEW):
            self.notes[_LIVE] += 1
        attrs["state"] = _NEW_STATES.get(state, state)
        if attrs["state"] != SurfaceState.RETIRED:
            attrs.pop("retired_on", None)
        owner = attrs.get("owner")
        if not roles.governs(self.actor) and people_rules.may_own(self.actor) and owner != self.actor:
            if owner is not None:
                self.notes["Owned by you: hand it over on its page to whom the file names"] += 1
            attrs["owner"] = self.actor
        if attrs.get("tier") is not None:
            attrs["tier_reasons"] = ["Given by the imported file."]
        return Surface(**attrs)

    def still_missing(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Teams and vendors that rows name and that nobody has added meanwhile."""
        known = {"team": self._teams, "vendor": self._vendors}
        return {kind: [name for name in listed if known[kind].get(name) is None] for kind, listed in names.items()}

    def make(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
        """Make the teams and vendors that rows name, through their own actions."""
        why = "Named by an imported file."
        return {
            "team": [create_team(name, actor=self.actor, reason=why).pk for name in names.get("team", ())],
            "vendor": [catalog.add_vendor(actor=self.actor, name=name).pk for name in names.get("vendor", ())],
        }

    def create(self, made: Sequence[tuple[Surface, Origin]]) -> None:
        """Register new surfaces by the same action as by hand, many at once."""
        if made:
            origin = made[0][1]
            source, reason = f"{origin.file} ({origin.batch})", f"Import {origin.batch} of {origin.file}."
            actions.register_many([surface for surface, _ in made], actor=self.actor, source=source, reason=reason)

    def change(self, obj: Surface, changes: Mapping[str, Any], origin: Origin) -> None:
        """Change a surface: its facts, then what has actions of its own."""
        reason = f"Import {origin.batch} of {origin.file}, row {origin.row}."
        _change(obj, self, changes, actor=self.actor, reason=reason)

    def restore(self, obj: Surface, before: Mapping[str, Any], batch: str) -> None:
        """Put back what an import changed."""
        _restore(obj, self, batches.typed(obj, before), actor=self.actor, batch=batch)

    def remove(self, objs: Sequence[Surface], batch: str) -> None:
        """Remove surfaces that an import registered and nobody touched."""
        if objs:
            batches.remove_many(objs, actor=self.actor, kind="surface.import_undone", batch=batch)

    def unmake(self, made: Mapping[str, Sequence[int]]) -> None:
        """Remove teams and vendors that the import made and nothing uses."""
        why = "The import was undone."
        for team in Team.objects.filter(pk__in=made.get("team", [])).select_related("group"):
            _unless_used(partial(remove_team, team, actor=self.actor, reason=why))
        for vendor in Vendor.objects.filter(pk__in=made.get("vendor", [])):
            _unless_used(partial(vendors.take_back, vendor, actor=self.actor))


def _number(key: str) -> str:
    """S-0418, s-418 and 418 are the same surface."""
    found = queries.KEY.match(key.strip())
    return str(int(found.group(1))) if found else key


def _unless_used(remove: Callable[[], Any]) -> None:
    """What is used by now stays; that is no failure of undoing."""
    try:
        with transaction.atomic():
            remove()
    except PlumblineError:
        return


@action
def _change(surface: Surface, session: SurfaceSession, changes: Mapping[str, Any], *, actor: Any, reason: str) -> Surface:
    require(session.verdict(surface))
    facts = {name: value for name, value in changes.items() if name in FACTS or name == "retired_on"}
    if facts:
        transitions.change(surface, actor=actor, kind="surface.changed", changes=facts, reason=reason)
    if "tier" in changes:
        told = {"tier": changes["tier"], "before": surface.tier}
        found = {"tier": changes["tier"], "tier_reasons": ["Given by the imported file."]}
        transitions.change(surface, actor=actor, kind="surface.tier_set", changes=found, payload=told, reason=reason)
    if "state" in changes:
        steps = {"before": surface.get_state_display().lower(), "state": SurfaceState(changes["state"]).label.lower()}
        state = {"state": changes["state"]}
        transitions.change(surface, actor=actor, kind="surface.moved", changes=state, payload=steps, reason=reason)
    if "owner" in changes:
        moved = actions.assign_owner(surface, actor=actor, owner=changes["owner"], reason=reason)
        surface.owner, surface.version = moved.owner, moved.version
    return surface


@action
def _restore(surface: Surface, session: SurfaceSession, before: Mapping[str, Any], *, actor: Any, batch: str) -> Surface:
    require(session.verdict(surface))
    told = {"name": surface.name, "batch": batch}
    return transitions.change(surface, actor=actor, kind="surface.import_undone", changes=before, payload=told)
