"""Refusals that only exist over HTTP. Everything else that can go wrong is in governance.core.errors."""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.core.errors import Denied, PlumblineError


class Malformed(PlumblineError):
    """The body cannot be read as what it claims to be."""

    status, code = 400, "malformed"


class BadParameters(PlumblineError):
    """Query parameters that are unknown or unreadable; `fields` maps each to its messages."""

    status, code = 400, "invalid"


class InvalidBody(PlumblineError):
    """Fields of the body that are unknown or unreadable, as (JSON pointer, message, code)."""

    status, code = 400, "invalid"

    def __init__(self, faults: Sequence[tuple[str, str, str]]) -> None:
        super().__init__("Some fields of the body cannot be accepted.", fix="Correct the fields listed in `errors`.")
        self.faults = list(faults)


class MissingScope(Denied):
    """The token is good but was not given the scope that this needs."""

    code = "insufficient-scope"

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = sorted(missing)
        named = ", ".join(self.missing)
        super().__init__(f"This token lacks the scope {named}.", fix=f"Make a token that has {named}, and use that one.")


class PreconditionFailed(PlumblineError):
    """If-Match names a version that is no longer the present one."""

    status, code = 412, "precondition-failed"


class PreconditionRequired(PlumblineError):
    """A change of an existing object came without If-Match."""

    status, code = 428, "precondition-required"


class KeyReused(PlumblineError):
    """An Idempotency-Key came back with another request than the one it was first sent with."""

    status, code = 422, "idempotency-key-reused"


class KeyInUse(PlumblineError):
    """The first request with this Idempotency-Key is still being worked on."""

    status, code = 409, "idempotency-key-in-use"
    wait = 1


def from_fields(message: str, fields: Mapping[str, Any], fix: str = "") -> BadParameters:
    """Return a refusal of query parameters; each value is a message or a list of them."""
    listed = {name: [text] if isinstance(text, str) else [str(line) for line in text] for name, text in fields.items()}
    return BadParameters(message, fix=fix, fields=listed)
