"""What a question is answered with: yes, or no with every reason, and the context that proves it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: a stable code for programs, words for people, and what would make it a yes."""

    code: str
    text: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision and its context; a no always has a reason."""

    decision: bool
    context: Mapping[str, Any] = field(default_factory=dict)

    def as_body(self) -> dict[str, Any]:
        """Return the answer as the standard writes it."""
        return {"decision": self.decision, "context": dict(self.context)} if self.context else {"decision": self.decision}

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its reasons."""
        return tuple(reason["code"] for reason in self.context.get("reasons", ()))


def no(*reasons: Reason, **context: Any) -> Answer:
    """Return a refusal with its reasons."""
    told = [{"code": each.code, "text": each.text, "fix": each.fix} for each in reasons]
    return Answer(False, {"reasons": told, **context})


def unread(status: int, message: str) -> Answer:
    """Return what one question of a batch is answered with when it cannot be read or answered."""
    return no(Reason("error", message), error={"status": status, "message": message})
