"""How lengths of time are said of clocks: 7 min, 3 h 13 min, 4 days 2 h. Pure."""

from governance.policy.incidentrules import BusinessHours
from incidents.clocks import rules

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
DOING = {
    rules.ACKNOWLEDGE: "The time to acknowledge it",
    rules.MITIGATE: "The time to mitigate it",
    rules.RESOLVE: "The time to resolve it",
    rules.POSTMORTEM: "The time for its postmortem",
}
DONE = {
    rules.ACKNOWLEDGE: "Acknowledged",
    rules.MITIGATE: "Mitigated",
    rules.RESOLVE: "Resolved",
    rules.POSTMORTEM: "Postmortem",
}


def length(seconds: float) -> str:
    """Say a length in its two largest units, at most; below a minute, in seconds."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole <= 3 * DAY:
        hours, rest = divmod(whole, HOUR)
        return f"{hours} h" + (f" {rest // MINUTE} min" if rest >= MINUTE else "")
    days, rest = divmod(whole, DAY)
    return f"{days} days" + (f" {rest // HOUR} h" if rest >= HOUR else "")


def limit(seconds: int, hours: BusinessHours | None = None) -> str:
    """Say how long a limit is; one in business hours as working days where it is whole ones, else as hours of business."""
    if hours is None:
        return f"{seconds // DAY} days" if seconds > 3 * DAY and seconds % DAY == 0 else length(seconds)
    days, rest = divmod(seconds, hours.day_seconds)
    if days and not rest:
        return "1 working day" if days == 1 else f"{days} working days"
    return f"{length(seconds)} of business hours"


def doing(kind: str, name: str) -> str:
    """Say what a clock gives time for, as the beginning of a sentence."""
    return DOING.get(kind, f"The time for “{name}”")


def title(kind: str, name: str, met: bool) -> str:
    """Return what stands above a clock: the step, as done once it is."""
    return DONE.get(kind, name) if met else name
