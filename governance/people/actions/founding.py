"""Setting up: the first visitor names the company and becomes its administrator."""

import zoneinfo

from django.core.cache import cache
from django.db import IntegrityError, transaction

from governance.core import clock
from governance.core.contributions import contributed
from governance.core.errors import Conflict, Invalid
from governance.core.models import Company
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action, record
from governance.people import passwords, rules
from governance.people.bench import ZONE_KEY
from governance.people.models import Role, User
from governance.people.offers import FoundingStep
from governance.people.system import system_actor


def found_company(
    name: str,
    *,
    admin_name: str,
    admin_email: str,
    password: str = "",
    time_zone: str = "UTC",
) -> User:
    """Name the company and make its first administrator. Raises Invalid, or Conflict when somebody was first.

    Without a password the account waits for one to be set (single sign-on).
    """
    if not name.strip():
        raise Invalid("The company needs a name.", fields={"name": ["This is needed."]})
    check_time_zone(time_zone)
    email = admin_email.strip().lower()
    admin = User(name=admin_name, email=email, role=Role.ADMINISTRATOR, time_zone=time_zone)
    passwords.give(admin, password)
    return _found(name.strip(), actor=admin, time_zone=time_zone)


@action
def _found(name: str, *, actor: User, time_zone: str) -> User:
    _claim(name, time_zone)
    transaction.on_commit(lambda: cache.delete_many([ZONE_KEY, "company-name"]))
    told = {"role": actor.role, "via": "set-up"}
    personal = {"name": actor.name, "email": actor.email}
    transitions.create(actor, actor=actor, kind="person.joined", payload=told, personal=personal)
    record("company.founded", actor=actor, subject=Company(pk=1), payload={"name": name})
    system_actor()
    for step in contributed(FoundingStep):
        step.run(actor)
    return actor


@action
def change_company(*, actor: User, name: str, time_zone: str, classification: str, public_titles: bool) -> Company:
    """Change the company's settings. Raises Denied or Invalid."""
    require(rules.may_change_settings(actor))
    check_time_zone(time_zone)
    company = Company.objects.select_for_update().get(pk=1)
    wanted = {
        "name": name.strip(),
        "time_zone": time_zone,
        "classification": classification.strip(),
        "public_titles": public_titles,
    }
    for field in ("name", "classification"):
        if not wanted[field]:
            raise Invalid("This cannot be empty.", fields={field: ["This is needed."]})
    changed = sorted(field for field, value in wanted.items() if getattr(company, field) != value)
    for field in changed:
        setattr(company, field, wanted[field])
    transitions.check(company, only=changed)
    company.save()
    transaction.on_commit(lambda: cache.delete_many([ZONE_KEY, "company-name"]))
    record("company.changed", actor=actor, subject=company, payload={"changed": changed})
    return company


def check_time_zone(name: str) -> None:
    """Refuse a time zone that does not exist."""
    if name not in zoneinfo.available_timezones():
        message = f"There is no time zone named {name[:60]!r}."
        raise Invalid(message, fix="Choose one such as Europe/Berlin.", fields={"time_zone": [message]})


def _claim(name: str, time_zone: str) -> None:
    taken = Conflict("This installation is already set up.", fix="Sign in, or ask an administrator to invite you.")
    if User.objects.filter(kind=User.Kind.PERSON).exists():
        raise taken
    named = {"name": name, "time_zone": time_zone, "founded_at": clock.now()}
    if Company.objects.filter(pk=1, name="").update(**named):
        return
    try:
        with transaction.atomic():
            Company.objects.create(pk=1, **named)
    except IntegrityError as error:
        raise taken from error
