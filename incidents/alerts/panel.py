"""The part of an incident's page that says whom it called, how far the calling is, and who answered."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from governance.channels.models import Delivery
from governance.ui import atoms
from incidents.alerts import queries
from incidents.alerts.models import Alert, AlertNotice
from incidents.cases.models import Incident

SHOWN = 12
MARKS = {
    Alert.State.FIRING: ("warn", "Calling"),
    Alert.State.ACKNOWLEDGED: ("ok", "Answered"),
    Alert.State.STOPPED: ("until", "Over"),
    Alert.State.EXHAUSTED: ("stop", "Nobody answered"),
}
CARRIED = {
    Delivery.State.QUEUED: ("wait", "on its way"),
    Delivery.State.FAILED: ("warn", "not through yet"),
    Delivery.State.SENT: ("ok", "delivered"),
    Delivery.State.DEAD: ("stop", "not delivered"),
}


def state_of(alert: Alert) -> tuple[str, str]:
    """Return where the calling stands as a mark and words."""
    return MARKS[Alert.State(alert.state)]


def carried(notice: AlertNotice) -> tuple[str, str]:
    """Return how far a message came, as a mark and words; without one it stood in the inbox."""
    return CARRIED[Delivery.State(notice.delivery.state)] if notice.delivery else ("ok", "in their inbox")


def panel(request: Any, incident: Incident) -> SafeString | str:
    """Draw the panel; nothing where nobody was called. Two questions to the database."""
    alert: Alert | None = getattr(incident, "alert", None)  # the page loads it with the incident
    if alert is None:
        return ""
    notices = list(queries.notices_of(alert)[: SHOWN + 1])
    lines = [
        {
            "who": notice.person or notice.channel,
            "step": f"Step {notice.step}" + (f", round {notice.round}" if notice.round > 1 else ""),
            "at": notice.at,
            "mark": atoms.state(*carried(notice)),
        }
        for notice in notices[:SHOWN]
    ]
    given = {
        "alert": alert,
        "state": atoms.state(*state_of(alert)),
        "answered_by": "You" if alert.acknowledged_by == request.user else alert.acknowledged_by,
        "lines": lines,
        "more": len(notices) > SHOWN,
    }
    return render_to_string("incidents/alerts/_panel.html", given, request)
