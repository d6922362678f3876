"""Checks of what was tried and shown: evals, the OWASP checklist, drills, and evidence for what a person attests."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from registry.controls.checks.finding import Finding, day, days, expired, met, names, unmet, without_contract
from registry.controls.held import Held, Use

STALE = "stale"


def evals_above_threshold(held: Held) -> Finding:
    """Every suite of the contract has a fresh run at or above its threshold, for these very prompts and models."""
    if not held.contract:
        return without_contract()
    if not held.suites:
        return unmet("The contract names no eval suite.", "Name the suites that say whether it is good.", "contract")
    bad = [suite for suite in held.suites if suite.state != "passing"]
    if bad:
        said = " ".join(suite.why for suite in bad[:2])
        more = f" {len(bad) - 2} more suites do not pass." if len(bad) > 2 else ""
        tell = expired if all(suite.state == STALE for suite in bad) else unmet
        return tell(f"{said}{more}", f"Run {names(suite.name for suite in bad[:3])} and post the results.", "evals")
    turns = [suite.turns_at for suite in held.suites if suite.turns_at is not None]
    why = held.suites[0].why if len(held.suites) == 1 else f"All {len(held.suites)} suites pass with fresh runs."
    return met(why, min(turns, default=None))


def owasp_clear(held: Held) -> Finding:
    """Every item of the checklist in use is mitigated, not applicable with a reason, or excepted."""
    if held.checklist is None:
        return unmet("No edition of the OWASP checklist is in use.", "Have the policy put one in use.", "policy")
    edition, open_items = held.checklist.edition, [each for each in held.checklist.open if f"owasp:{each[0]}" not in held.waivers]
    if open_items:
        first = f"{open_items[0][0]} {open_items[0][1]}"
        rest = f", and {len(open_items) - 1} more" if len(open_items) > 1 else ""
        return unmet(
            f"{len(open_items)} of {held.checklist.total} items of {edition} are open: {first}{rest}.",
            "Say for each how it is mitigated, or why it does not apply.",
            "owasp",
        )
    ends = [held.waivers[f"owasp:{item}"].ends_at for item, _ in held.checklist.open]
    turns = [moment for moment in (*ends, held.checklist.turns_at) if moment is not None]
    return met(f"All {held.checklist.total} items of {edition} are answered.", min(turns, default=None))


def drilled_kill_switch(held: Held) -> Finding:
    """The kill switch was pulled with success within the tier's number of days."""
    allowed = held.demand.drill_days
    if allowed is None:
        return met(f"Tier {held.demand.number} sets no number of days for drills.")
    if held.drill is None:
        return unmet("The kill switch was never drilled.", "Pull it in a drill, and write down how long it took.", "drill")
    ran = held.drill.run_at.astimezone(held.zone).date()
    last = ran + timedelta(days=allowed)
    age = (held.today - ran).days
    if last < held.today:
        return expired(
            f"The last drill is {days(age)} old; tier {held.demand.number} asks for one every {allowed}.",
            "Drill it again.",
            "drill",
        )
    return met(f"Drilled on {day(ran)}; the next is due by {day(last)}.", held.after(last))


def attested(held: Held, control: Mapping[str, Any]) -> Finding:
    """A control that evidence shows: met while one piece of current evidence counts, expired when all ran out."""
    key, allowed = str(control["key"]), control.get("evidence_days")
    door = f"evidence:{key}"
    uses = [use for use in held.uses if use.control == key and use.is_current]
    if not uses:
        wanted = str(control.get("evidence") or "what shows it").rstrip(".")
        return unmet("Nothing has been collected that shows it.", f"Attach evidence: {wanted}.", door)
    ends = [(_last_day(use, allowed), use) for use in uses]
    good = [(last, use) for last, use in ends if last is None or last >= held.today]
    if not good:
        last, use = max(((last, use) for last, use in ends if last is not None), key=lambda found: found[0])
        late = (held.today - last).days
        return expired(f"{use.title} ({use.key}) counted until {day(last)}, {days(late)} ago.", "Renew it.", f"renew:{use.key}")
    lasting = [use for last, use in good if last is None]
    if lasting:
        return met(f"Shown by {lasting[0].title} ({lasting[0].key}).")
    last, use = max(((last, use) for last, use in good if last is not None), key=lambda found: found[0])
    return met(f"Shown by {use.title} ({use.key}), which counts until {day(last)}.", held.after(last))


def _last_day(use: Use, allowed: int | None) -> date | None:
    """The last day on which evidence counts: its own, or that of the control's number of days, whichever is first."""
    ends = [use.expires_on, use.collected_on + timedelta(days=allowed) if allowed else None]
    return min((end for end in ends if end is not None), default=None)
