"""What a flag answers, from one row of a surface. Pure.

`S-0418` is the mode that is to be obeyed, as a string. `S-0418.tools`, `.retrieval`, `.unattended`, `.main_model` and
`.on` are true while that may be done: a caller whose default is false fails safe, whatever happens.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from governance.core import digest
from registry.modes import ladder, served
from registry.quarantine.held import Quarantined
from registry.surfaces.models import Mode, SurfaceState

STATIC = "STATIC"
ALLOWED = {rung.value: ladder.allowed(rung) for rung in ladder.RUNGS}
KEY = re.compile(r"^S-(\d{4,18})(?:\.([a-z_]{1,20}))?$")


@dataclass(frozen=True, slots=True)
class Under:
    """What a quarantine takes from one surface: what is quarantined, and what the contract in force names of such things."""

    quarantined: Quarantined
    contract: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A surface as far as its flags need it; `revision` is None while nothing is in force.

    `under` is what quarantine takes from it; None for all that quarantine does not touch.
    """

    number: int
    mode: str
    state: str
    tier: int | None
    revision: int | None
    digest: str | None
    since: datetime | None
    step: int | None
    step_at: datetime | None
    step_standing: str | None
    under: Under | None = None

    @property
    def key(self) -> str:
        """S-0418."""
        return key_of(self.number)

    @property
    def served(self) -> str:
        """The mode to obey: that of the ladder for what is live, and off for everything else, and where no route is left."""
        if self.state != SurfaceState.LIVE or self.revision is None:
            return Mode.OFF.value
        return self.mode if self.under is None else served.served(self.mode, self.under.contract, self.under.quarantined)

    @property
    def allowed(self) -> Mapping[str, bool]:
        """What may be done, by name."""
        if self.under is None:
            return ALLOWED[self.served]
        return served.allowed(self.served, self.under.contract, self.under.quarantined)


def key_of(number: int) -> str:
    """Return a surface's key by its number, as `Surface.key` does, without a record: 5,000 of them are answered at once."""
    return f"S-{number:04d}"


def read_key(key: str) -> tuple[int, str] | None:
    """Return a surface's number and what is asked about it ("" for the mode); None for what is no flag's key."""
    found = KEY.match(key)
    if found is None or key_of(int(found[1])) != f"S-{found[1]}":
        return None
    what = found[2] or ""
    return (int(found[1]), what) if not what or what in ladder.ALLOWS else None


def one(row: Row, what: str = "") -> dict[str, Any]:
    """Answer one flag of a surface, with all that is known about why."""
    answer = _mode(row) if not what else _allowed(row, what)
    return {**answer, "metadata": metadata(row)}


def every(row: Row) -> Iterator[dict[str, Any]]:
    """Answer all flags of a surface; what is known about why stands beside the mode only, to keep a bulk answer small."""
    yield one(row)
    key, mode = row.key, row.served
    for what, yes in row.allowed.items():
        yield {"key": f"{key}.{what}", "value": yes, "reason": STATIC, "variant": mode}


def _mode(row: Row) -> dict[str, Any]:
    return {"key": row.key, "value": row.served, "reason": STATIC, "variant": row.served}


def _allowed(row: Row, what: str) -> dict[str, Any]:
    return {"key": f"{row.key}.{what}", "value": row.allowed[what], "reason": STATIC, "variant": row.served}


def metadata(row: Row) -> dict[str, Any]:
    """Return what a caller's logs should hold: state, set mode, revision, hash, tier, and the step that put it there.

    Who moved it is given as the capacity in which they did, never as a name, and the reason is left out: answers travel
    to other systems' logs, and to browsers. Nulls are left out, as OFREP knows none.
    """
    told = {
        "state": row.state,
        "mode": row.mode,
        "tier": row.tier,
        "revision": row.revision,
        "digest": row.digest,
        "in_force_since": _at(row.since),
        "step": f"M-{row.step}" if row.step else None,
        "since": _at(row.step_at),
        "set_by": row.step_standing or None,
        **_quarantined(row),
    }
    return {name: value for name, value in told.items() if value is not None}


def _quarantined(row: Row) -> dict[str, str]:
    """Return what the surface may not use although its contract names it, and which quarantines say so: plain words."""
    if row.under is None:
        return {}
    named = row.under.quarantined.named_in(row.under.contract)
    return {
        "quarantined": ", ".join(f"{each.kind} {each.key}" for each in named),
        "quarantines": ", ".join(dict.fromkeys(each.by for each in named)),
    }


def _at(moment: datetime | None) -> str | None:
    return str(digest.plain(moment)) if moment is not None else None
