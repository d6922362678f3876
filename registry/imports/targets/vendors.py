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
from governance.core.tabular.problems import Level, Problem
from governance.core.text import MAX_TEXT
from governance.core.verdict import Verdict, deny, require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import roles
from governance.people import rules as people_rules
from governance.people.models import User
from registry.catalog.models import CatalogState, Vendor
from registry.imports.adapter import Origin, Resolved
from registry.imports.targets import batches
from registry.imports.targets.lookups import Named, unknown

LABELS = {
    "name": "Name",
    "website": "Website",
    "owner": "Owner",
    "state": "State",
    "reviewed_on": "Reviewed on",
    "review_on": "Next review",
    "exit_plan": "Exit plan",
    "notes": "Notes",
}
_PLAIN = ("name", "website", "reviewed_on", "review_on", "exit_plan")


def may_add(user: Any) -> Verdict:
    """Whoever may write may propose a vendor; using it still needs approval."""
    if roles.may_write(user):
        return people_rules.may_write(user)
    return deny("Auditors read everything and add nothing.")


def may_edit(user: Any, vendor: Vendor) -> Verdict:
    """Its owner and who governs change a vendor."""
    if roles.governs(user) or (roles.may_write(user) and vendor.owner_id in (None, user.pk)):
        return may_add(user)
    return deny("Only its owner or a risk officer may change this vendor.", grantors=(str(vendor.owner),))


def free_keys(names: Sequence[str]) -> list[str]:
    """A key for each name that no vendor has yet."""
    taken = set(Vendor.objects.values_list("key", flat=True))
    found = []
    for name in names:
        base = slugify(name)[:50] or "vendor"
        key = next(key for key in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if key not in taken)
        taken.add(key)
        found.append(key)
    return found


@action
def add(name: str, *, actor: Any, reason: str = "") -> Vendor:
    """Propose a vendor that a file names."""
    require(may_add(actor))
    vendor = Vendor(name=name, key=free_keys([name])[0], owner=None)
    told = {"name": name, "file": "", "row": 0, "batch": ""}
    return transitions.create(vendor, actor=actor, kind="vendor.imported", payload=told, reason=reason)


@action
def take_back(vendor: Vendor, *, actor: Any) -> None:
    """Remove a vendor that an import made. Raises Conflict when something uses it."""
    require(may_edit(actor, vendor))
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
        TargetField("reviewed_on", "Reviewed on", Kind.DATE, aliases=("last review", "last assessed", "assessment date")),
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
        """Whoever may propose a vendor may import some."""
        return may_add(user)

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
        self._names: set[str] = set()

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
        folded = fold(resolved.label)
        if folded in self._names:
            what = f"“{resolved.label}” stands in an earlier row already"
            resolved.problems.append(Problem(Level.WARN, f"Name: {what}.", "Keep one of the rows."))
        self._names.add(folded)
        return ([found] if found else []), "name_once"

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
        return may_edit(self.actor, obj)

    def say(self, name: str, value: Any) -> str:
        """A value in words."""
        return "" if value in (None, "") else str(value)

    def build(self, resolved: Resolved) -> Vendor:
        """A new vendor, proposed: an import approves nothing."""
        attrs = dict(resolved.attrs)
        attrs["key"] = slugify(attrs.get("key") or resolved.label)[:60] or "vendor"
        return Vendor(**attrs)

    def still_missing(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """A file of vendors names nothing else that could be made."""
        return {}

    def make(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
        """A file of vendors names nothing else that could be made."""
        return {}

    def create(self, made: Sequence[tuple[Vendor, Origin]]) -> None:
        """Propose new vendors, many at once."""
        if not made:
            return
        require(may_add(self.actor))
        origin = made[0][1]
        vendors = [vendor for vendor, _ in made]
        for vendor, key in zip(vendors, free_keys([vendor.key for vendor in vendors]), strict=True):
            vendor.key = key
        told = [{"name": vendor.name, "file": at.file, "row": at.row, "batch": at.batch} for vendor, at in made]
        reason = f"Import {origin.batch} of {origin.file}."
        batches.create_many(vendors, actor=self.actor, kind="vendor.imported", payloads=told, reason=reason)

    def change(self, obj: Vendor, changes: Mapping[str, Any], origin: Origin) -> None:
        """Change a vendor."""
        told = {"name": obj.name, "file": origin.file, "row": origin.row, "batch": origin.batch}
        _change(obj, self, changes, actor=self.actor, kind="vendor.import_changed", payload=told)

    def restore(self, obj: Vendor, before: Mapping[str, Any], batch: str) -> None:
        """Put back what an import changed."""
        told = {"name": obj.name, "batch": batch}
        _change(obj, self, batches.typed(obj, before), actor=self.actor, kind="vendor.import_undone", payload=told)

    def remove(self, objs: Sequence[Vendor], batch: str) -> None:
        """Remove vendors that an import proposed and nobody touched."""
        if objs:
            batches.remove_many(objs, actor=self.actor, kind="vendor.import_undone", batch=batch)

    def unmake(self, made: Mapping[str, Sequence[int]]) -> None:
        """Nothing else was made."""


@action
def _change(
    vendor: Vendor, session: VendorSession, changes: Mapping[str, Any], *, actor: Any, kind: str, payload: Mapping[str, Any]
) -> Vendor:
    require(session.verdict(vendor))
    return transitions.change(vendor, actor=actor, kind=kind, changes=changes, payload=payload)
