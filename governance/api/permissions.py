"""What a token may be used for. What a person may do is the rules' and actions' to say, the same on every path."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from governance.api.authentication import Bearer
from governance.api.errors import MissingScope


class ScopedAccess(BasePermission):
    """Signed in, and where a token is used, one that has all scopes of the operation."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the caller is signed in. Raises MissingScope."""
        if not request.user or not request.user.is_authenticated:
            return False
        if isinstance(request.auth, Bearer):
            missing = set(view.scopes_needed()) - set(request.auth.scopes)
            if missing:
                raise MissingScope(sorted(missing))
        return True
