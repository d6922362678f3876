"""Plumbline itself as an actor: work that no person asked for is still somebody's, by name, in the ledger."""

from django.db import transaction

from governance.core.errors import Conflict
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import Role, User

ADDRESS = "plumbline@system.invalid"  # RFC 2606: no mail can ever reach it


def system_actor() -> User:
    """Return the account under which Plumbline works; made on first use."""
    found = User.objects.filter(kind=User.Kind.SYSTEM).first()
    if found is not None:
        return found
    made = User(kind=User.Kind.SYSTEM, email=ADDRESS, name="Plumbline", role=Role.SERVICE)
    made.set_unusable_password()
    try:
        with transaction.atomic():  # a savepoint inside an open transaction, so that a lost race does not end it
            return _join(actor=made)
    except Conflict:
        return User.objects.get(kind=User.Kind.SYSTEM)


@action
def _join(*, actor: User) -> User:
    told = {"role": Role.SERVICE.value, "via": "start"}
    return transitions.create(actor, actor=actor, kind="person.joined", payload=told)
