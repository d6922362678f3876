"""The answer of a rule: yes, or no with the reason, the way out, and who could say yes."""

from dataclasses import dataclass

from governance.core.errors import Denied


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be done; truthy when it may."""

    ok: bool
    reason: str = ""
    fix: str = ""
    grantors: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.ok


ALLOW = Verdict(True)


def deny(reason: str, fix: str = "", grantors: tuple[str, ...] = ()) -> Verdict:
    """Return a refusal that explains itself."""
    return Verdict(False, reason, fix, grantors)


def require(verdict: Verdict) -> None:
    """Raise Denied when the verdict is a refusal."""
    if not verdict:
        raise Denied(verdict.reason, fix=verdict.fix, grantors=verdict.grantors)
