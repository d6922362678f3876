"""What can go wrong, in words. Every error says what happened, and `fix` says what to do about it."""

from collections.abc import Mapping, Sequence


class PlumblineError(Exception):
    """Base of all errors that a person is meant to read.

    `message` says what happened, `fix` what to do, `fields` maps a field's name to its messages, `grantors` names who
    can grant what was denied. `status` is the HTTP status at both edges (pages and REST).
    """

    status = 400
    code = "error"

    def __init__(
        self,
        message: str,
        *,
        fix: str = "",
        code: str = "",
        fields: Mapping[str, Sequence[str]] | None = None,
        grantors: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.code = code or type(self).code
        self.fields = {name: list(messages) for name, messages in (fields or {}).items()}
        self.grantors = list(grantors)

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class Invalid(PlumblineError):
    """What was sent cannot be stored as it is."""

    status, code = 400, "invalid"


class Denied(PlumblineError):
    """The person sees the thing but may not do this to it."""

    status, code = 403, "denied"


class NotVisible(PlumblineError):
    """There is no such thing, or the person may not know of it."""

    status, code = 404, "not-found"


class StaleState(PlumblineError):
    """Somebody else changed it first."""

    status, code = 409, "stale"


class Conflict(PlumblineError):
    """It contradicts what is already held."""

    status, code = 409, "conflict"


class TooLarge(PlumblineError):
    """More was sent than is accepted."""

    status, code = 413, "too-large"


class Unavailable(PlumblineError):
    """A part that this needs is off or out of reach."""

    status, code = 503, "unavailable"


class OutsideAction(RuntimeError):
    """A programming error: a governed row was written outside an action, so no ledger entry would tell of it."""
