"""The strip of clocks under the head of an incident's page."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from governance.core import clock as time
from governance.ui.pages import Button
from incidents.cases.models import Incident
from incidents.clocks import reading, rules


def panel(request: Any, incident: Incident) -> SafeString | str:
    """Draw the strip; nothing for what was imported. One question to the database beside the policy in force."""
    drawn = reading.boxes(incident, request.user, time.now())
    return render_to_string("incidents/clocks/_strip.html", {"boxes": drawn}, request=request) if drawn else ""


def flag_button(user: Any, incident: Incident) -> Button | None:
    """Offer to flag a deadline of law or contract to whoever may; the incident's page shows it only to who sees it."""
    if incident.source == Incident.Source.IMPORT or not rules.may_flag(user, True):
        return None
    return Button("Flag a deadline", reverse("clock-flag", args=[incident.key]), "clock", dialog=True)
