"""What an alert manager says, read into plain facts: Alertmanager's webhook of version 4.

Source: prometheus.io/docs/alerting/latest/configuration, "webhook_config": version, groupKey, status, receiver, groupLabels,
commonLabels, commonAnnotations, externalURL, truncatedAlerts and alerts with status, labels, annotations, startsAt,
endsAt, generatorURL and fingerprint. What later versions add is left aside. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

FIRING, RESOLVED = "firing", "resolved"
LONGEST = 400
"""Letters of one label or annotation that are shown."""
MOST_LISTED = 20
"""Alerts of a group that are named one by one."""
SURFACE_LABELS = ("plumbline_surface", "surface")
"""Labels that name a surface by its key."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alert: from when it fires, whether it still does, and what it says."""

    fingerprint: str
    firing: bool
    started_at: datetime
    ended_at: datetime | None
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    url: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.labels.get("alertname") or "Alert"

    @property
    def said(self) -> str:
        """What it says in one line: its summary or description, else its labels."""
        told = self.annotations.get("summary") or self.annotations.get("description")
        rest = ", ".join(f"{name}={value}" for name, value in sorted(self.labels.items()) if name != "alertname")
        return f"{self.name}: {cut(told or rest)}" if told or rest else self.name


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call of the webhook: alerts that belong together under one key."""

    group_key: str
    receiver: str
    alarms: tuple[Alarm, ...]
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    url: str = ""
    truncated: int = 0

    @property
    def firing(self) -> list[Alarm]:
        """The alerts that fire."""
        return [alarm for alarm in self.alarms if alarm.firing]

    @property
    def title(self) -> str:
        """What an incident of it is called."""
        first = self.alarms[0].name if self.alarms else "Alert"
        return cut(self.annotations.get("summary") or self.labels.get("alertname") or first)

    @property
    def surface_key(self) -> str:
        """The surface that its labels name, by key."""
        own = [self.labels, *(alarm.labels for alarm in self.alarms)]
        return next((labels[name] for labels in own for name in SURFACE_LABELS if labels.get(name)), "")

    @property
    def category(self) -> str:
        """The kind of incident that its labels name, by key."""
        return self.labels.get("category", "")

    def told(self) -> str:
        """Return what happened, in plain lines."""
        firing = self.firing
        lines = [alarm.said for alarm in firing[:MOST_LISTED]]
        left = len(firing) - MOST_LISTED + self.truncated
        if left > 0:
            lines.append(f"And {left:,} more.")
        more = self.annotations.get("description", "")
        return "\n".join([*lines, *([cut(more, 2000)] if more and cut(more) not in " ".join(lines) else [])])


def cut(text: str, most: int = LONGEST) -> str:
    """Return a text without control characters, shortened."""
    flat = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def link(url: str) -> str:
    """Return an address that can be shown as a link, or nothing: https or http, with no password in it."""
    try:
        parts = urlsplit(url.strip())
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and not parts.password
    except ValueError:
        return ""
    return url.strip() if sound and len(url) <= 600 and url.isprintable() else ""
