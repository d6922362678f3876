"""People: added, changed, given a role."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from governance.core import clock, company
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action, record
from governance.people import passwords, queries, rules
from governance.people.actions.founding import check_time_zone
from governance.people.actions.teams import keep_groups
from governance.people.models import Role, Team, User

GUARDED = {"email", "team", "expires_at"}  # an administrator's to change, even on one's own account


@action
def add_person(
    name: str,
    *,
    actor: User,
    email: str,
    role: str = Role.MEMBER,
    team: Team | None = None,
    title: str = "",
    password: str = "",
    time_zone: str = "",
    expires_at: datetime | None = None,
    reason: str = "",
) -> User:
    """Add a person. Raises Denied, Invalid or Conflict."""
    require(rules.may_administer_people(actor))
    return store_person(
        name,
        actor=actor,
        email=email,
        role=role,
        team=team,
        title=title,
        password=password,
        time_zone=time_zone,
        expires_at=expires_at,
        reason=reason,
        via="added",
    )


def store_person(
    name: str,
    *,
    actor: User | None,
    email: str,
    role: str,
    via: str,
    team: Team | None = None,
    title: str = "",
    password: str = "",
    time_zone: str = "",
    expires_at: datetime | None = None,
    reason: str = "",
) -> User:
    """Store an account inside an action that has decided who may come in. Without an actor the person joins alone."""
    check_role(role)
    check_expiry(role, expires_at)
    zone = time_zone or company.current().time_zone
    check_time_zone(zone)
    person = User(
        name=name,
        email=email.strip().lower(),
        role=role,
        team=team,
        title=title,
        time_zone=zone,
        expires_at=expires_at,
    )
    passwords.give(person, password)
    _join(person, actor=actor or person, via=via, reason=reason)
    keep_groups(person)
    return person


@action
def _join(person: User, *, actor: User, via: str, reason: str) -> User:
    told = {"role": str(person.role), "via": via}
    personal = {"name": person.name, "email": person.email}
    return transitions.create(person, actor=actor, kind="person.joined", payload=told, personal=personal, reason=reason)


@action
def change_person(
    person: User, *, actor: User, changes: Mapping[str, Any], expected_version: int | None = None, reason: str = ""
) -> User:
    """Change name, title or time zone (oneself or an administrator), e-mail address or team (administrators)."""
    require(rules.may_change_person(actor, person))
    unknown = set(changes) - {"name", "title", "time_zone", "email", "team", "expires_at"}
    if unknown:
        raise Invalid("A person has no such field.", fields={name: ["Unknown."] for name in sorted(unknown)})
    wanted = dict(changes)
    if "email" in wanted:
        wanted["email"] = wanted["email"].strip().lower()
    guarded = {name for name in GUARDED & set(wanted) if wanted[name] != getattr(person, name)}
    if guarded:
        require(rules.may_administer_people(actor))
    if "name" in wanted and not wanted["name"].strip():
        raise Invalid("A person needs a name.", fields={"name": ["This is needed."]})
    if "time_zone" in wanted:
        check_time_zone(wanted["time_zone"])
    if "expires_at" in wanted:
        check_expiry(person.role, wanted["expires_at"])
    if "expires_at" in guarded and wanted["expires_at"] is not None:
        _require_another(person)
    personal: dict[str, Any] = {name: wanted[name] for name in ("name", "email", "title") if name in wanted}
    transitions.change(
        person,
        actor=actor,
        kind="person.changed",
        changes=wanted,
        expected_version=expected_version,
        personal=personal,
        reason=reason,
    )
    if "team" in guarded:
        keep_groups(person)
    return person


@action
def change_role(
    person: User,
    *,
    actor: User,
    role: str,
    expires_at: datetime | None = None,
    expected_version: int | None = None,
    reason: str = "",
) -> User:
    """Give a person another role. Raises Denied (one's own, the last administrator), Invalid or StaleState."""
    require(rules.may_change_role(actor, person, role))
    if role != Role.ADMINISTRATOR or expires_at is not None:
        _require_another(person)
    check_expiry(role, expires_at)
    before = person.role
    return transitions.change(
        person,
        actor=actor,
        kind="person.role_changed",
        changes={"role": role, "expires_at": expires_at},
        expected_version=expected_version,
        payload={"before": before, "after": str(role)},
        reason=reason,
    )


@action
def set_password(person: User, *, actor: User, password: str) -> User:
    """Set a person's own password. Raises Denied or Invalid."""
    require(rules.may_set_password(actor, person))
    passwords.check(person, password)
    person.set_password(password)
    person.save(update_fields=["password"])
    record("person.password_set", actor=actor, subject=person)
    return person


def _require_another(person: User) -> None:
    others = queries.other_administrators(person, lock=True)
    require(rules.may_stop_administering(person, other_administrators=others))


def check_role(role: str) -> None:
    """Refuse a role that no person can have."""
    if role not in rules.PERSON_ROLES:
        raise Invalid("A person cannot have this role.", fields={"role": ["Choose one of the roles for people."]})


def check_expiry(role: str, expires_at: datetime | None) -> None:
    """Refuse a guest auditor without an end, and an end that is over."""
    if role == Role.GUEST_AUDITOR and expires_at is None:
        message = "A guest auditor's account needs an end date."
        raise Invalid(message, fields={"expires_at": [message]})
    if expires_at is not None and expires_at <= clock.now():
        message = "The end is already over."
        raise Invalid(message, fix="Choose a later one.", fields={"expires_at": [message]})
