"""Who is calling: a bearer token, or the browser's session.

Tokens belong to governance.people, which this package may not import; people contributes a `TokenResolver`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as DjangoSession
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from governance.core.contributions import contributed

REFUSED = "The token is unknown, expired or revoked. Make a new one under your account's tokens."


@dataclass(frozen=True)
class Bearer:
    """A token that was found good: whose it is, what it may be used for, and by which id it is counted."""

    user: Any
    scopes: Collection[str]
    token_id: str


@dataclass(frozen=True)
class TokenResolver:
    """Turns a secret into a Bearer, or None when it is unknown, expired or revoked. Notes the use by itself."""

    key: str
    resolve: Callable[[str], Bearer | None]
    order: int = 100


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>` (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[Any, Bearer] | None:
        """Return who holds the token; None when no token was sent. Raises AuthenticationFailed."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        secret = secret.strip()
        if not secret or not secret.isascii() or not secret.isprintable() or len(secret) > 512:
            raise AuthenticationFailed(REFUSED)
        for resolver in contributed(TokenResolver):
            bearer = resolver.resolve(secret)
            if bearer is not None and bearer.user.is_active:
                return bearer.user, bearer
        raise AuthenticationFailed(REFUSED)

    def authenticate_header(self, request: Request) -> str:
        """Tell a caller without credentials how to give them."""
        return 'Bearer realm="Plumbline"'


class SessionAuthentication(DjangoSession):
    """The browser's session; writes need the CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        """Refuse a write that another site could have sent. Raises PermissionDenied."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise PermissionDenied(
                f"{error.detail}. With a session, send the cookie's CSRF token as X-CSRFToken; programs use a bearer token."
            ) from error
