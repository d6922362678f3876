"""The parts of the schema that all operations share: how an error looks, and how a caller is known."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import serializers


class ProblemField(serializers.Serializer[Any]):
    """One field or parameter that was refused."""

    pointer = serializers.CharField(required=False, help_text="JSON pointer to the field of the body, such as `#/name`.")
    parameter = serializers.CharField(required=False, help_text="Name of the query parameter or header.")
    detail = serializers.CharField(help_text="What is wrong with it.")
    code = serializers.CharField(help_text="Stable word for programs, such as `required` or `unknown_field`.")


class Problem(serializers.Serializer[Any]):
    """An error, as RFC 9457 says. Match on `code` or `type`, show `detail` and `fix` to people."""

    type = serializers.URLField(help_text="Page that explains this kind of problem.")
    title = serializers.CharField(help_text="The kind of problem in a few words; always the same for a type.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="What happened this time.")
    code = serializers.CharField(help_text="Stable word for programs.")
    instance = serializers.CharField(help_text="Address that was asked.")
    request_id = serializers.CharField(required=False, help_text="Name this when you report the problem.")
    fix = serializers.CharField(required=False, help_text="What to do about it.")
    errors = ProblemField(many=True, required=False, help_text="Each field or parameter that was refused.")  # type: ignore[assignment]
    grantors = serializers.ListField(child=serializers.CharField(), required=False, help_text="Who can allow it.")


class BearerScheme(OpenApiAuthenticationExtension):
    """Documents bearer tokens, with the scopes that each operation needs."""

    target_class = "governance.api.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """Return the scopes of an operation."""
        return {self.name: list(auto_schema.scopes())}

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Describe the scheme."""
        told = "A token, sent as `Authorization: Bearer <token>`. The scopes are listed with each operation."
        return {"type": "http", "scheme": "bearer", "description": told}


class SessionScheme(OpenApiAuthenticationExtension):
    """Documents the browser's session."""

    target_class = "governance.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Describe the scheme."""
        told = "The browser's session. Writes also need the CSRF token as `X-CSRFToken`."
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": told}
