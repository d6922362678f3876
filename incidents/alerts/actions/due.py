"""The look that goes on with alerts nobody answered: asked for again and again, and harmless to repeat."""

import logging
from datetime import datetime

from governance.core.errors import PlumblineError
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.people.system import system_actor
from incidents.alerts import queries, rules
from incidents.alerts.actions.calling import advance
from incidents.alerts.actions.following import follow
from incidents.alerts.models import Alert
from incidents.cases.models import Incident

log = logging.getLogger("plumbline.alerts")
AT_ONCE = 200
"""Alerts that one look takes on; the others follow at the next."""


def escalate_due(now: datetime) -> int:
    """Go on with every alert that nobody answered in time; return how many. One that fails does not hold the others up."""
    gone_on = 0
    for alert in queries.due(now)[:AT_ONCE]:
        try:
            escalate(alert, actor=system_actor())
        except PlumblineError as error:  # another worker was first, or there is no route: said here, tried at the next look
            log.warning("%s did not go on: %s", alert.key, error)
        else:
            gone_on += 1
    return gone_on


@action
def escalate(alert: Alert, *, actor: User) -> Alert | None:
    """Tell the next step of an alert whose time has come. Raises StaleState when somebody answered or was first.

    An incident that needs nobody any more, or that somebody has, is not called for, whoever forgot to say so.
    """
    # The incident first, as every action on incidents does, so that two never wait for each other.
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=alert.incident_id)
    held = Alert.objects.select_for_update(of=("self",)).select_related("path").get(pk=alert.pk)
    if held.version != alert.version or held.state != Alert.State.FIRING:
        raise transitions.stale(held)
    if not rules.calls(incident) or incident.acknowledged_at is not None:
        return follow(incident, actor=incident.owner or actor)
    held.incident = incident
    return advance(held)
