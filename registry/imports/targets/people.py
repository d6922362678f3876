"""Rows that become people. Each is added by the same action as by hand; nobody gets a password by a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from governance.core.tabular.choices import Choice, fold
from governance.core.tabular.conversion import MappedRow
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from governance.core.tabular.problems import Level, Problem
from governance.core.verdict import Verdict
from governance.people import actions, rules
from governance.people.models import Role, Team, User
from registry.imports.adapter import Origin, Resolved
from registry.imports.targets import batches
from registry.imports.targets.lookups import Named, unknown

LABELS = {"name": "Name", "email": "E-mail address", "title": "Job title", "role": "Role", "team": "Team"}
_ROLES = (
    Choice(Role.ADMINISTRATOR, "Administrator", ("admin",)),
    Choice(Role.RISK_OFFICER, "Risk officer", ("risk manager", "model risk officer")),
    Choice(Role.LEADER, "Leader", ("executive", "manager")),
    Choice(Role.MEMBER, "Member", ("user", "employee", "staff")),
    Choice(Role.AUDITOR, "Auditor", ("internal auditor",)),
)


def fields() -> list[TargetField]:
    """The fields that columns can be matched to."""
    return [
        TargetField(
            "email",
            "E-mail address",
            Kind.EMAIL,
            required=True,
            unique=True,
            max_length=254,
            aliases=("email", "mail", "e-mail", "email address", "work email", "user name", "login"),
        ),
        TargetField(
            "name",
            "Name",
            required=True,
            max_length=200,
            joins=True,
            parts=(
                ("first name", "given name", "forename", "firstname", "first"),
                ("last name", "surname", "family name", "lastname", "last"),
            ),
            aliases=("full name", "display name", "person", "employee name", "employee", "user"),
            help="First and last name can be joined from two columns.",
        ),
        TargetField("title", "Job title", max_length=200, aliases=("title", "position", "job", "function")),
        TargetField("role", "Role", Kind.CHOICE, choices=_ROLES, aliases=("role in plumbline", "access", "permission")),
        TargetField("team", "Team", max_length=200, aliases=("department", "business unit", "division", "group", "organisation")),
    ]


class PersonImport:
    """The adapter of people."""

    model = User
    labels = LABELS

    def may(self, user: Any) -> Verdict:
        """Administrators add people."""
        return rules.may_administer_people(user)

    def fields(self) -> list[TargetField]:
        """The fields that columns can be matched to."""
        return fields()

    def session(self, actor: Any, columns: Callable[[str], str], settings: Mapping[str, Any]) -> PersonSession:
        """Begin a run."""
        return PersonSession(actor, columns, settings)

    def url(self, key: str) -> str:
        """A person's page."""
        return reverse("person", args=[key])

    def list_url(self) -> str:
        """The list of people."""
        return reverse("people")


class PersonSession:
    """One run: teams and people are read once."""

    def __init__(self, actor: Any, columns: Callable[[str], str], settings: Mapping[str, Any]) -> None:
        self.actor, self.column, self.settings = actor, columns, settings
        self.notes: dict[str, int] = {}
        self.missing: dict[str, dict[str, str]] = {"team": {}}
        self._teams = Named(Team.objects.all(), "name", "key")
        self._people = {person.email.casefold(): person for person in User.objects.select_related("team")}

    def resolve(self, row: MappedRow) -> Resolved:
        """Turn field values into what a person is added with."""
        values = row.values
        attrs: dict[str, Any] = {name: values[name] for name in ("name", "email", "title", "role") if values.get(name)}
        attrs["name"] = attrs.get("name", "").replace("\n", " ")
        resolved = Resolved(attrs, attrs["name"] or str(attrs.get("email", "")))
        if row.extra:
            sentence = "Columns without a field are not kept for people: only what is needed of a person is held"
            self.notes[sentence] = self.notes.get(sentence, 0) + 1
        if text := values.get("team"):
            self._team(resolved, text)
        return resolved

    def _team(self, resolved: Resolved, text: str) -> None:
        team = self._teams.get(text)
        if team is not None:
            resolved.attrs["team"] = team
        elif self.settings.get("create_missing") and not self._teams.is_ambiguous(text):
            self.missing["team"].setdefault(fold(text), text)
        else:
            fix = "Add the team first, or tick that what is missing is made."
            ambiguous = self._teams.is_ambiguous(text)
            resolved.problems.append(unknown("Team", text, ambiguous=ambiguous, what="team", fix=fix))

    def candidates(self, resolved: Resolved) -> tuple[Sequence[User], str]:
        """A person is known by their address."""
        found = self._people.get(str(resolved.attrs.get("email", "")).casefold())
        if found is not None and found.kind != User.Kind.PERSON:
            what = "This address belongs to an account that is no person."
            resolved.problems.append(Problem(Level.WARN, what, "Use another address."))
            return [], "email"
        return ([found] if found else []), "email"

    def load(self, ids: Sequence[int]) -> dict[int, User]:
        """People by id as they are now."""
        return {person.pk: person for person in User.objects.select_related("team").filter(pk__in=ids)}

    def changes(self, obj: User, resolved: Resolved) -> dict[str, Any]:
        """What the row would change; a role is changed on the person's page, never by a file."""
        attrs = resolved.attrs
        found = {name: attrs[name] for name in ("name", "title") if attrs.get(name) and attrs[name] != getattr(obj, name)}
        if "team" in attrs and attrs["team"].pk != obj.team_id:
            found["team"] = attrs["team"]
        if attrs.get("role") and attrs["role"] != obj.role:
            fix = "Change it on the person's page."
            resolved.problems.append(Problem(Level.WARN, f"Role: stays {obj.get_role_display()}.", fix, "role"))
        return found

    def verdict(self, obj: User) -> Verdict:
        """Whether the person's details may be changed."""
        return rules.may_administer_people(self.actor)

    def say(self, name: str, value: Any) -> str:
        """A value in words."""
        if name == "role" and value:
            return str(Role(value).label)
        return "" if value in (None, "") else str(value)

    def build(self, resolved: Resolved) -> User:
        """A new account without a password: the person sets one by a link, or signs in by single sign-on."""
        person = User(**{"title": "", "role": Role.MEMBER, **resolved.attrs})
        person.set_unusable_password()
        return person

    def still_missing(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Teams that rows name and that nobody has added meanwhile."""
        return {kind: [name for name in listed if self._teams.get(name) is None] for kind, listed in names.items()}

    def make(self, names: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
        """Make the teams that rows name."""
        why = "Named by an imported file."
        return {"team": [actions.create_team(name, actor=self.actor, reason=why).pk for name in names.get("team", ())]}

    def create(self, made: Sequence[tuple[User, Origin]]) -> None:
        """Add people one by one, by the same action as by hand."""
        for person, origin in made:
            reason = f"Import {origin.batch} of {origin.file}, row {origin.row}."
            added = actions.add_person(
                person.name,
                actor=self.actor,
                email=person.email,
                role=person.role,
                team=person.team,
                title=person.title,
                reason=reason,
            )
            person.pk, person.ref, person.version = added.pk, added.ref, added.version

    def change(self, obj: User, changes: Mapping[str, Any], origin: Origin) -> None:
        """Change a person's details."""
        reason = f"Import {origin.batch} of {origin.file}, row {origin.row}."
        actions.change_person(obj, actor=self.actor, changes=changes, reason=reason)

    def restore(self, obj: User, before: Mapping[str, Any], batch: str) -> None:
        """Put back what an import changed."""
        values = batches.typed(obj, before)
        actions.change_person(obj, actor=self.actor, changes=values, reason=f"Import {batch} was undone.")

    def remove(self, objs: Sequence[User], batch: str) -> None:
        """People who were added are deactivated: their entries stay, and nobody is forgotten by accident."""
        for person in objs:
            actions.deactivate(person, actor=self.actor, reason=f"Import {batch} was undone.")

    def unmake(self, made: Mapping[str, Sequence[int]]) -> None:
        """Teams that the import made stay while people belong to them."""
        for team in Team.objects.filter(pk__in=made.get("team", []), members=None, children=None).select_related("group"):
            actions.remove_team(team, actor=self.actor, reason="The import was undone.")
