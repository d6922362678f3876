"""Overrides: somebody else is on call for a while."""

from datetime import datetime

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.oncall import queries, rules
from registry.oncall.actions.common import forget_who_is_on_call, require_callable
from registry.oncall.models import Rota, RotaOverride


@action
def cover(rota: Rota, *, actor: User, person: User, starts_at: datetime, ends_at: datetime, reason: str = "") -> RotaOverride:
    """Put a person on call in a rota from one aware moment to another, whoever has the turn.

    Raises Denied, Invalid for times or people that cannot be, Conflict where another override covers a part of it.
    """
    rota = Rota.objects.select_for_update(of=("self",)).select_related("team").get(pk=rota.pk)
    require(rules.may_cover(actor, rota, queries.is_in(actor, rota)))
    if wrong := rules.override_faults(starts_at, ends_at, clock.now()):
        raise Invalid("This override cannot be kept so.", fields=wrong)
    require_callable(person, "person")
    other = RotaOverride.objects.filter(rota=rota, cancelled_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if found := other.select_related("person").order_by("starts_at").first():
        raise Conflict(f"{found.person} covers a part of this already.", fix="Call that override off, or choose times beside it.")
    forget_who_is_on_call()
    made = RotaOverride(rota=rota, person=person, starts_at=starts_at, ends_at=ends_at, reason=reason.strip())
    told = {"rota": rota.key, "person": person.ref, "starts_at": starts_at, "ends_at": ends_at}
    return transitions.create(made, actor=actor, kind="rota.covered", payload=told, touches=(rota,), reason=reason.strip())


@action
def cancel_cover(override: RotaOverride, *, actor: User, expected_version: int | None = None, reason: str = "") -> RotaOverride:
    """Call an override off; one that runs ends now, and what it was until now stays known. Raises Denied, StaleState."""
    held = RotaOverride.objects.select_for_update(of=("self",)).select_related("rota__team").get(pk=override.pk)
    if expected_version is not None and held.version != expected_version:
        raise transitions.stale(held)
    now = clock.now()
    require(rules.may_cover(actor, held.rota, queries.is_in(actor, held.rota)))
    require(rules.may_cancel(held, now))
    forget_who_is_on_call()
    runs = held.starts_at < now
    return transitions.change(
        held,
        actor=actor,
        kind="rota.cover_ended" if runs else "rota.cover_cancelled",
        changes={"ends_at": now} if runs else {"cancelled_at": now},
        payload={"rota": held.rota.key, "person": User.objects.only("ref").get(pk=held.person_id).ref},
        touches=(held.rota,),
        reason=reason,
    )
