"""How a program comes in: a bearer token is found by its prefix, compared in constant time, and narrowed to the role."""

from datetime import timedelta

from django.db.models import Q

from governance.api.authentication import Bearer
from governance.core import clock
from governance.core.reading import narrow
from governance.people import keys, periods, rules, scopes
from governance.people.models import ApiToken

NOTED_EVERY = timedelta(minutes=5)  # the last use is for people to look at; writing it on each call would cost more


def resolve(secret: str) -> Bearer | None:
    """Return who holds a token and what for, or None when it is unknown, revoked, expired, or its owner is gone."""
    prefix = keys.prefix_of(secret)
    if prefix is None:
        return None
    token = ApiToken.objects.select_related("user", "user__team").filter(prefix=prefix).first()
    if token is None or not keys.matches(secret, token.digest):
        return None
    now = clock.now()
    if token.revoked_at is not None or token.expires_at <= now or not rules.is_working(token.user, now):
        return None
    if token.last_used_at is None or token.last_used_at <= now - NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    narrow(periods.of(token.user))
    return Bearer(token.user, scopes.within(token.user.role, token.scopes), f"token-{token.pk}")
