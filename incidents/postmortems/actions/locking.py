"""Rows as they stand now, held until the transaction ends, so that two people never act on different pasts."""

from typing import Any

from governance.ledger import transitions
from governance.people.models import User
from incidents.cases import actions as cases
from incidents.cases.models import Incident, IncidentState
from incidents.postmortems.models import Postmortem
from incidents.running import actions as running


def incident_now(incident: Incident, expected_version: int | None = None) -> Incident:
    """Return an incident as it stands now. Raises StaleState when the person saw an older one."""
    rows = Incident.objects.select_for_update(of=("self",)).select_related(
        "surface__owner", "surface__team__lead", "owner", "commander", "vendor"
    )
    found = rows.get(pk=incident.pk)
    if expected_version is not None and found.version != expected_version:
        raise transitions.stale(found)
    return found


def postmortem_now(postmortem: Postmortem, expected_version: int | None = None) -> Postmortem:
    """Return a postmortem as it stands now. Raises StaleState when the person saw an older one."""
    rows = Postmortem.objects.select_for_update(of=("self",)).select_related(
        "incident__surface__owner", "incident__surface__team__lead", "incident__owner", "incident__vendor", "author", "request"
    )
    found = rows.get(pk=postmortem.pk)
    if expected_version is not None and found.version != expected_version:
        raise transitions.stale(found)
    return found


def told_on_timeline(incident: Incident, *, actor: User, kind: str, text: str, url: str = "") -> dict[str, Any]:
    """Write one entry of an incident's timeline; return what the ledger keeps of it."""
    written = cases.write(incident, actor=actor, kind=kind, text=text, url=url)
    return cases.row_told(written)


def into_postmortem(incident: Incident, *, actor: User) -> Incident:
    """Take a resolved incident into its postmortem; one in another state stays where it is. Raises Denied."""
    if incident.state != IncidentState.RESOLVED:
        return incident
    return running.begin_postmortem(incident, actor=actor)
