"""Service accounts: programs that act under a name of their own, by token only."""

import secrets

from django.utils.text import slugify

from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules
from governance.people.actions.teams import keep_groups
from governance.people.models import Role, Team, User


@action
def create_service_account(name: str, *, actor: User, team: Team | None = None, email: str = "", reason: str = "") -> User:
    """Make a service account. It cannot sign in; it acts by tokens. Raises Denied, Invalid or Conflict."""
    require(rules.may_administer_people(actor))
    return open_account(name, actor=actor, team=team, email=email, reason=reason)


@action
def open_account(name: str, *, actor: User, team: Team | None = None, email: str = "", reason: str = "") -> User:
    """Make the account of a thing that acts by itself, for an action that has asked its own rule (such as a new source)."""
    address = email or f"{slugify(name)[:40] or 'service'}-{secrets.token_hex(3)}@service.invalid"
    account = User(kind=User.Kind.SERVICE, role=Role.SERVICE, name=name, email=address, team=team)
    account.set_unusable_password()
    transitions.create(account, actor=actor, kind="service.created", payload={"name": name}, reason=reason)
    keep_groups(account)
    return account
