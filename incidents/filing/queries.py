"""Reads of filing: links and who may see them, one's own reports, what a form offers, who would be told."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from governance.core import clock
from governance.core.errors import NotVisible, Unavailable
from governance.core.verdict import Verdict
from governance.people import roles
from governance.people.models import Team, User
from governance.policy import queries as policy
from governance.policy.models import IncidentCategory
from incidents.cases import queries as cases
from incidents.cases.models import Attachment, Incident
from incidents.filing import doors, guessing, rules
from incidents.filing.models import Report, ReportLink
from registry.contracts.lookalikes import Candidate
from registry.oncall import queries as oncall
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState

KEY = re.compile(r"^(?:[Rr][Ll]-)?0*(\d{1,18})$")
NEAR = 4
"""So many surfaces are offered before anybody searches."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A surface that a form offers, and why."""

    surface: Surface
    why: str


def links_allowed() -> bool:
    """Whether policy lets anybody report without an account."""
    return policy.incident_rules().public_links


def names_are_shown() -> bool:
    """Whether policy lets a reporter without an account know by first name who has their report."""
    return policy.incident_rules().show_who


def links(user: Any) -> QuerySet[ReportLink]:
    """Return the links that a person may see: their own, their team's, those of surfaces they see; all for readers of all."""
    found = ReportLink.objects.select_related("surface__owner", "surface__team__lead", "team__lead", "owner")
    if roles.reads_all(user):
        return found
    if not user.is_authenticated or not user.is_active:
        return found.none()
    seen = Q(surface__in=surfaces.visible_to(user).values("pk"))
    if roles.may_write(user):
        seen |= Q(owner=user)
        if user.team_id:
            seen |= Q(team=user.team_id)
    return found.filter(seen)


def listed_links(user: Any) -> QuerySet[ReportLink]:
    """Return the links that a person may see, each with how many reports came by it and whether policy allows links."""
    return links(user).annotate(report_count=Count("reports"), allowed=Value(links_allowed()))


def link(user: Any, key: str) -> ReportLink:
    """Return one link by its key (RL-3). Raises NotVisible."""
    named = KEY.match(key)
    found = links(user).filter(pk=int(named.group(1)) if named else 0).first()
    if found is None:
        raise NotVisible(f"There is no report link {key[:40]} that you can see.", fix="Look through the list of links.")
    return found


def may_make_link(user: Any, surface: Surface | None, team: Team | None) -> Verdict:
    """Say whether a person may hand out a link for a surface, a team or the company."""
    edit = surfaces.may_edit(user, surface) if surface is not None else None
    leads = team is not None and team.lead_id == user.pk
    return rules.may_make_link(user, may_edit_surface=edit, leads_team=leads, allowed=links_allowed())


def open_link(token: str) -> ReportLink | None:
    """Return the link whose address this is while it opens its form; None for every other address, whatever the cause."""
    nonce = doors.nonce_of(doors.LINK, token)
    found = ReportLink.objects.select_related("surface", "team").filter(nonce=nonce).first() if nonce else None
    if found is None or not rules.is_open(found, clock.now()) or not links_allowed():
        return None
    return found


def followed(token: str) -> Report | None:
    """Return the report whose secret address this is while it can be followed; None for every other address."""
    nonce = doors.nonce_of(doors.REPORT, token)
    found = _reports().filter(nonce=nonce).first() if nonce else None
    if found is None or not rules.can_be_followed(found.incident.closed_at, clock.now()):
        return None
    return found


def own_reports(user: Any) -> QuerySet[Report]:
    """Return what a person reported under their own name."""
    return _reports().filter(incident__reporter=user.pk) if user.is_authenticated else _reports().none()


def own_report(user: Any, key: str) -> Report:
    """Return one of a person's own reports by the incident's key (INC-12). Raises NotVisible."""
    named = cases.KEY.match(key)
    found = own_reports(user).filter(incident=int(named.group(1)) if named else 0).first()
    if found is None:
        raise NotVisible(f"You have not reported {key[:40]}.", fix="Your own reports are listed under “My reports”.")
    return found


def attachment(user: Any, key: str, number: int) -> Attachment:
    """Return one file of an incident that a person may see. Raises NotVisible."""
    incident = cases.get(user, key)
    found = Attachment.objects.filter(incident=incident, pk=number).select_related("blob").first()
    if found is None:
        raise NotVisible("There is no such file on this incident.", fix="Choose one from the incident's details.")
    return found


def _reports() -> QuerySet[Report]:
    return Report.objects.select_related("link__surface", "incident__surface", "incident__owner", "incident__commander")


def categories() -> list[IncidentCategory]:
    """Return the kinds of incident of the policy, each with the words that anybody knows."""
    return list(IncidentCategory.objects.filter(is_retired=False))


def known(category: str) -> str:
    """Return a category's key where policy has it, else nothing: what others call so is left to triage."""
    return category if category and IncidentCategory.objects.filter(key=category, is_retired=False).exists() else ""


def near(user: Any) -> list[Offer]:
    """Return the surfaces that a person most likely means: those they reported on last, their own, their team's."""
    seen = surfaces.visible_to(user).exclude(state=SurfaceState.RETIRED)
    before = (
        Incident.objects.filter(reporter=user, surface__isnull=False).order_by("-pk").values_list("surface", flat=True)[:NEAR]
    )
    offers = {
        surface.pk: Offer(surface, "you reported on it before") for surface in seen.filter(pk__in=list(before)).order_by("name")
    }
    mine = Q(owner=user) | (Q(team=user.team_id) if user.team_id else Q(pk__in=[]))
    for surface in seen.filter(mine, state__in=(SurfaceState.LIVE, SurfaceState.PAUSED)).order_by("name")[: 2 * NEAR]:
        offers.setdefault(surface.pk, Offer(surface, "you own it" if surface.owner_id == user.pk else "your team uses it"))
    return list(offers.values())[:NEAR]


def search(user: Any, words: str) -> list[Offer]:
    """Return the surfaces that a person may see and whose name or purpose holds what they typed, best first."""
    guessed = guessing.found(words, surfaces.candidates(user))
    held = surfaces.visible_to(user).in_bulk([guess.id for guess in guessed])
    return [Offer(held[guess.id], held[guess.id].key) for guess in guessed if guess.id in held]


def meant(user: Any, *texts: str) -> Surface | None:
    """Return the one surface, of those a person may see, that their words name beyond doubt; the first text that does counts."""
    return _meant(surfaces.candidates(user), texts)


def meant_by_link(link: ReportLink, *texts: str) -> Surface | None:
    """Return the surface that words sent through a link name beyond doubt: for whom to tell, never to be shown back."""
    known = Surface.objects.exclude(state=SurfaceState.RETIRED)
    if link.team_id:
        known = known.filter(team=link.team_id)
    return _meant([Candidate(*row) for row in known.order_by().values_list("pk", "name", "purpose")], texts)


def _meant(candidates: list[Candidate], texts: tuple[str, ...]) -> Surface | None:
    for text in texts:
        if text.strip() and (guess := guessing.meant(text, candidates)):
            return Surface.objects.filter(pk=guess.id).first()
    return None


def first_told(*, surface: Surface | None, team_id: int | None) -> User | None:
    """Return whom an alert would reach first now, where that is one person; None where it is several, or nobody is set."""
    try:
        path = oncall.path_for(
            category="",
            tier=surface.tier if surface else None,
            team_id=surface.team_id if surface else team_id,
            surface_id=surface.pk if surface else None,
        )
    except Unavailable:  # no company yet, and nobody to call
        return None
    steps = oncall.steps_of(path)
    told = oncall.targets(path, steps[0].number, clock.now()).people if steps else []
    return told[0] if len(told) == 1 else None
