"""Reads of mapping sessions; `visible_to` is the only door. A team sees its own lines, whoever leads sees all."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from governance.core.errors import NotVisible
from governance.people import roles
from governance.people.rows import is_insider
from registry.catalog.models import Vendor
from registry.contracts.lookalikes import LookAlike, lookalikes
from registry.mapping import recognising
from registry.mapping.models import MappingLine, MappingSession, MappingTeam
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

KEY = re.compile(r"^(?:[Mm][Ss]-)?0*(\d{1,18})$")
LINE_KEY = re.compile(r"^(?:[Mm][Ll]-)?0*(\d{1,18})$")
ALIKE = 3
"""Look-alikes that are offered for a line."""


def visible_to(user: Any) -> QuerySet[MappingSession]:
    """Return the sessions that somebody may see: those they lead, their team's, all for readers of all."""
    found = MappingSession.objects.select_related("facilitator")
    if roles.reads_all(user):
        return found
    if not is_insider(user):
        return found.none()
    invited = MappingTeam.objects.filter(team=user.team_id).values("session") if user.team_id else []
    return found.filter(Q(facilitator=user) | Q(pk__in=invited))


def listed(user: Any) -> QuerySet[MappingSession]:
    """Return the sessions with what a list shows of each: how many teams and lines, and how many are still open."""
    return visible_to(user).annotate(
        team_count=Count("teams", distinct=True),
        done_count=Count("teams", filter=Q(teams__done_at__isnull=False), distinct=True),
        line_count=Count("lines", distinct=True),
        open_count=Count("lines", filter=Q(lines__outcome__in=("open", "drafted")), distinct=True),
    )


def get(user: Any, key: str) -> MappingSession:
    """Return one session by its key (MS-1). Raises NotVisible."""
    found = KEY.match(key)
    session = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if session is None:
        raise NotVisible(
            f"There is no mapping session {key[:40]} that you can see.", fix="Ask whoever leads it to invite your team."
        )
    return session


def teams_of(session: MappingSession) -> list[MappingTeam]:
    """Return the invited teams by name."""
    return list(session.teams.select_related("team", "done_by").order_by("team__name"))


def team_of(session: MappingSession, key: str) -> MappingTeam:
    """Return one invited team by its key. Raises NotVisible."""
    found = session.teams.select_related("team", "done_by", "session__facilitator").filter(team__key=key).first()
    if found is None:
        raise NotVisible("This team is not invited.", fix="Ask whoever leads the session to invite it.")
    return found


def invited(session: MappingSession) -> set[int]:
    """Return the ids of the invited teams."""
    return set(session.teams.values_list("team", flat=True))


def lines_visible_to(user: Any) -> QuerySet[MappingLine]:
    """Return the lines that somebody may see: of sessions they lead, and their own team's; all for readers of all."""
    found = MappingLine.objects.select_related("session__facilitator", "team", "surface", "named_by")
    if roles.reads_all(user):
        return found
    if not is_insider(user):
        return found.none()
    own = Q(team=user.team_id, session__in=visible_to(user).values("pk")) if user.team_id else Q(pk__in=[])
    return found.filter(Q(session__facilitator=user) | own)


def lines_of(user: Any, session: MappingSession) -> QuerySet[MappingLine]:
    """Return the lines of a session that somebody may see, what is open first."""
    return lines_visible_to(user).filter(session=session).order_by("team__name", "pk")


def get_line(user: Any, key: str) -> MappingLine:
    """Return one line by its key (ML-12). Raises NotVisible."""
    found = LINE_KEY.match(key)
    line = lines_visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if line is None:
        raise NotVisible(f"There is no line {key[:40]} that you can see.", fix="Look at your team's page of the session.")
    return line


def counts(session: MappingSession) -> Counter[str]:
    """Return how many lines of a session came out how."""
    return Counter(dict(session.lines.order_by().values_list("outcome").annotate(n=Count("pk"))))


def alike(user: Any, lines: Iterable[MappingLine]) -> dict[int, list[tuple[Surface, LookAlike]]]:
    """Return for each line the surfaces that it may be, best first, as far as the reader sees them. Two statements."""
    pool = surfaces.candidates(user)
    found = {line.pk: lookalikes(line.what, line.purpose, pool, most=ALIKE) for line in lines}
    wanted = {each.id for rows in found.values() for each in rows}
    by_id = Surface.objects.in_bulk(wanted) if wanted else {}
    return {pk: [(by_id[each.id], each) for each in rows] for pk, rows in found.items()}


def vendor_of(line: MappingLine) -> Vendor | None:
    """Return the vendor of a line's product where the catalogue has it: by the maker's name, or as somebody typed it."""
    product = recognising.by_key(line.product)
    names = [name for name in (product.maker if product else "", line.made_by) if name]
    found = (Vendor.objects.filter(name__iexact=name).first() for name in names)
    return next((vendor for vendor in found if vendor is not None), None)


def waiting(user: Any) -> QuerySet[MappingTeam]:
    """Return the invitations of a person's team that are still open, in sessions that run."""
    if not user.team_id or not roles.may_write(user):
        return MappingTeam.objects.none()
    found = MappingTeam.objects.filter(team=user.team_id, done_at__isnull=True, session__state=MappingSession.State.RUNNING)
    return found.select_related("session", "team")


def unsettled(user: Any) -> QuerySet[MappingSession]:
    """Return the closed sessions that a person led and whose lines are not all settled."""
    still = MappingLine.objects.filter(outcome__in=("open", "drafted")).values("session")
    return visible_to(user).filter(facilitator=user, state=MappingSession.State.CLOSED, pk__in=still)
