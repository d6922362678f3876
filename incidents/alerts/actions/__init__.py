"""The only writers of alerts."""

from incidents.alerts.actions.calling import start
from incidents.alerts.actions.due import escalate, escalate_due
from incidents.alerts.actions.following import acknowledge, follow, stop

__all__ = ["acknowledge", "escalate", "escalate_due", "follow", "start", "stop"]
