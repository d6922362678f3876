"""Rows that become vendors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.text import slugify

from governance.core.tabular.choices import Choice, fold
from governance.core.tabular.conversion import MappedRow
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from governance.core.text import MAX_TEXT
from governance.core.verdict import Verdict, require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people_rules
from governance.people.models import User
from registry.catalog import actions, rules
from registry.catalog.models import CatalogState, Vendor
from registry.imports.adapter import Origin, Resolved
from registry.imports.targets import batches
from registry.imports.targets.lookups import Named, unknown

LABELS = {
    "name": "Name",
    "website": "Website",
    "owner": "Owner",
    "review_on": "Next review",
    "exit_plan": "Exit plan",
    "notes": "Notes",
}
_PLAIN = ("name", "website", "review_on", "exit_plan")


def take_back(vendor: Vendor, *, actor: Any) -> None:
    """Remove a vendor that an import made. Raises Conflict when something uses it."""
    _remove(vendor, actor=actor)


@action
def _remove(vendor: Vendor, *, actor: Any) -> None:
    require(rules.may_edit(actor, vendor))
    transitions.remove(vendor, actor=actor, kind="vendor.import_undone", payload={"name": vendor.name, "batch": ""})


def fields() -> list[TargetField]:
    """The fields that columns can be matched to."""
    return [
        TargetField(
            "name",
            "Name",
            required=True,
            unique=True,
            max_length=200,
            aliases=("vendor", "vendor name", "supplier", "company", "provider", "supplier name", "third party", "legal name"),
        ),
        TargetField("website", "Website", Kind.URL, max_length=400, aliases=("url", "homepage", "web site", "link", "domain")),
        TargetField(
            "owner",
            "Owner",
            Kind.PERSON,
            max_length=254,
            aliases=("owner email", "contract owner", "responsible", "vendor manager", "business owner", "relationship owner"),
        ),
        TargetField("review_on", "Next review", Kind.DATE, aliases=("next review date", "review due", "renewal date", "review")),
        TargetField("exit_plan", "Exit plan", Kind.PROSE, max_length=4_000, aliases=("exit strategy", "alternative", "fallback")),
        TargetField(
            "notes",
            "Notes",
            Kind.PROSE,
            max_length=MAX_TEXT,
            joins=True,
            aliases=("comments", "remarks", "description", "services", "summary"),
        ),
        TargetField(
            "state",
            "State",
            Kind.CHOICE,
            aliases=("status", "approval status"),
            choices=(
                Choice(CatalogState.PROPOSED, "Proposed", ("new", "pending", "in review", "under review", "requested")),
                Choice(CatalogState.APPROVED, "Approved", ("active", "accepted", "in use", "onboarded")),
                Choice(CatalogState.SUSPENDED, "Suspended", ("on hold", "blocked")),
                Choice(CatalogState.RETIRED, "Retired", ("inactive", "terminated", "ended", "offboarded")),
            ),
        ),
        TargetField("key", "Key", Kind.KEY, unique=True, max_length=60, aliases=("vendor key", "slug")),
    ]


class VendorImport:
    """The adapter of vendors."""

    model = Vendor
    labels = LABELS

    def may(self, user: Any) -> Verdict:
        """Whoever may add to the catalogue may import some."""
        return rules.may_add(user)

    def fields(self) -> list[TargetField]:
        """The fields that columns can be matched to."""
        return fields()

    def session(self, actor: Any, columns: Callable[[str], str], settings: Mapping[str, Any]) -> VendorSession:
        """Begin a run."""
        return VendorSession(actor, columns)

    def url(self, key: str) -> str:
        """A vendor's page."""
        return reverse("vendor", args=[key])

    def list_url(self) -> str:
        """The list of vendors."""
        return reverse("vendors")


class VendorSession:
    """One run: people and vendors are read once."""

    def __init__(self, actor: Any, columns: Callable[[str], str]) -> None:
        self.actor, self.column = actor, columns
        self.notes: dict[str, int] = {}
        self.missing: dict[str, dict[str, str]] = {}
        self._people = Named(User.objects.persons(), "email", "name")
        self._vendors: dict[str, Vendor] = {}
        for vendor in Vendor.objects.select_related("owner"):
            self._vendors[fold(vendor.name)] = vendor
            self._vendors.setdefault(f"key:{vendor.key}", vendor)

    def resolve(self, row: MappedRow) -> Resolved:
        """Turn field values into attributes of a vendor. Columns without a field are kept in its notes."""
        values = row.values
        attrs: dict[str, Any] = {name: values[name] for name in _PLAIN if values.get(name)}
        attrs["key"] = str(values.get("key") or "").strip().lower()
        resolved = Resolved(attrs, str(values.get("name") or ""))
        extra = dict(row.extra)
        self._owner(resolved, values.get("owner"), extra)
        if values.get("state") not in (None, CatalogState.PROPOSED):
            extra.setdefault(self.column("state") or "State", str(CatalogState(values["state"]).label))
            self.note("Approved, suspended and retired vendors come in as proposed: approving one is its own step")
        notes = [str(values.get("notes") or ""), *(f"{name}: {text}" for name, text in extra.items())]
        attrs["notes"] = "\n".join(note for note in notes if note)
        return resolved

    def note(self, sentence: str) -> None:
        """Count a sentence that holds for many rows."""
        self.notes[sentence] = self.notes.get(sentence, 0) + 1

    def _owner(self, resolved: Resolved, text: str | None, extra: dict[str, str]) -> None:
        if not text:
            return
        person = self._people.get(text)
        if person is not None and people_rules.may_own(person):
            resolved.attrs["owner"] = person
            return
        extra[self.column("owner") or "Owner"] = text
        fix = "Invite the person, or name an owner afterwards."
        ambiguous = self._people.is_ambiguous(text)
        resolved.problems.append(unknown("Owner", text, ambiguous=ambiguous, what="person", fix=fix))

    def candidates(self, resolved: Resolved) -> tuple[Sequence[Vendor], str]:
        """Vendors by key, else by name; a vendor is there once, so two rows of one name are one too many."""
        if key := resolved.attrs.get("key"):
            found = self._vendors.get(f"key:{key}")
            return ([found] if found else []), "key"
        found = self._vendors.get(fold(resolved.label))
        if found is None:
            found = next((each for each in self._vendors.values() if fold(each.name) == fold(resolved.label)), None)
        return ([found] if found else []), "name"

    def load(self, ids: Sequence[int]) -> dict[int, Vendor]:
        """Vendors by id as they are now."""
        return {vendor.pk: vendor for vendor in Vendor.objects.select_related("owner").filter(pk__in=ids)}

    def changes(self, obj: Vendor, resolved: Resolved) -> dict[str, Any]:
        """What the row would change."""
        attrs = resolved.attrs
        found = {name: attrs[name] for name in _PLAIN if name in attrs and attrs[name] != getattr(obj, name)}
        if attrs["notes"] and attrs["notes"] != obj.notes:
            found["notes"] = attrs["notes"]
        if "owner" in attrs and attrs["owner"].pk != obj.owner_id:
            found["owner"] = attrs["owner"]
        return found

    def verdict(self, obj: Vendor) -> Verdict:
        """Whether the person may change this vendor."""
        return rules.may_edit(self.actor, obj)

    def say(self, name: str, value: Any) -> str:
        """A value in words."""
        return "" if value in (None, "") else str(value)

    def build(self, resolved: Resolved) -> Vendor:
        """A new vendor, proposed: an import approves nothing."""
        attrs = dict(resolved.attrs)
        attrs["key"] = default_key(attrs.get("key") or resolved.label)
        return Vendor(**attrs)

    def still_missing(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """A file of vendors names nothing else that could be made."""
        return {}

    def make(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
        """A file of vendors names nothing else that could be made."""
        return {}

    def create(self, made: Sequence[tuple[Vendor, Origin]]) -> None:
        """Add new vendors, by the same action as by hand; who imports owns those that name nobody."""
        for vendor, _ in made:
            facts = {name: getattr(vendor, name) for name in ("website", "review_on", "exit_plan", "notes")}
            key = vendor.key if vendor.key != default_key(vendor.name) else ""
            added = actions.add_vendor(actor=self.actor, name=vendor.name, key=key, owner=vendor.owner, **facts)
            vendor.pk, vendor.key, vendor.version = added.pk, added.key, added.version

    def change(self, obj: Vendor, changes: Mapping[str, Any], origin: Origin) -> None:
        """Change a vendor: its facts, then its owner."""
        self._apply(obj, changes, f"Import {origin.batch} of {origin.file}, row {origin.row}.")

    def restore(self, obj: Vendor, before: Mapping[str, Any], batch: str) -> None:
        """Put back what an import changed."""
        self._apply(obj, batches.typed(obj, before), f"Import {batch} was undone.")

    def _apply(self, obj: Vendor, changes: Mapping[str, Any], reason: str) -> None:
        facts = {name: value for name, value in changes.items() if name != "owner"}
        if facts:
            actions.change_item(obj, actor=self.actor, reason=reason, **facts)
        if changes.get("owner") is not None:
            actions.give_owner(obj, actor=self.actor, to=changes["owner"], reason=reason)

    def remove(self, objs: Sequence[Vendor], batch: str) -> None:
        """Remove vendors that an import proposed and nobody touched."""
        if objs:
            batches.remove_many(objs, actor=self.actor, kind="vendor.import_undone", batch=batch)

    def unmake(self, made: Mapping[str, Sequence[int]]) -> None:
        """Nothing else was made."""


def default_key(name: str) -> str:
    """The key that a name gives, when a file names none."""
    return slugify(name)[:60] or "vendor"
