"""Reads of guests' access and of auditors' questions; `visible_to` and `questions` are the only doors."""

import re
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from governance.core import clock
from governance.core.errors import Invalid, NotVisible
from governance.ledger.models import Entry, Mention
from governance.people import periods, roles
from governance.people.models import Role, Team, User
from governance.people.queries import subtree
from registry.guests import rules
from registry.guests.models import AuditQuestion, AuditReply, GuestAccess, GuestSurface
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

KEY = re.compile(r"^(?:[Gg][Aa]-)?0*(\d{1,18})$")
QUESTION_KEY = re.compile(r"^(?:[Aa][Qq]-)?0*(\d{1,18})$")
SURFACE = "registry.surface"


def visible_to(user: Any) -> QuerySet[GuestAccess]:
    """Return the accesses a person may see: all for readers of all, those they are the contact of, and a guest's own."""
    found = GuestAccess.objects.select_related("person", "contact", "invitation")
    if roles.reads_all(user):
        return found
    if not user.is_authenticated or not user.is_active:
        return found.none()
    return found.filter(Q(person=user) | Q(contact=user))


def rows(user: Any) -> QuerySet[GuestAccess]:
    """Return accesses for the list, with how many surfaces lie in each."""
    return visible_to(user).annotate(things=Count("surface_rows"))


def get(user: Any, key: str) -> GuestAccess:
    """Return one access by its key (GA-3). Raises NotVisible."""
    found = KEY.match(key)
    access = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if access is None:
        raise NotVisible(f"There is no guest's access {key[:40]} that you can see.", fix="Check the key.")
    return access


def holding(user: Any) -> GuestAccess | None:
    """Return the access that a guest has now."""
    return GuestAccess.objects.filter(person=user, state=GuestAccess.State.ACTIVE).first()


def surfaces_of(access: GuestAccess) -> QuerySet[Surface]:
    """Return what lies in a guest's scope."""
    return Surface.objects.filter(guest_rows__access=access).order_by("pk")


def scope_of(actor: Any, *, keys: str = "", team: Team | None = None) -> tuple[str, list[Surface]]:
    """Return a scope in words and its surfaces: those named by keys, those of a team and the teams below, or all.

    Only surfaces that the actor sees, retired ones too: an audit looks back. Raises NotVisible, Invalid for none.
    """
    seen = surfaces.visible_to(actor)
    named = [part for part in re.split(r"[\s,;]+", keys) if part]
    if named and team is not None:
        raise Invalid("Name surfaces or a team, one of the two.", fields={"surfaces": ["Or leave the team out."]})
    if named:
        found = {surface.pk: surface for surface in (surfaces.get(actor, key) for key in dict.fromkeys(named))}
        return ", ".join(each.key for each in found.values())[:400], list(found.values())
    if team is not None:
        held = list(seen.filter(team__in=[each.pk for each in subtree(team)]).order_by("pk"))
        label = f"team {team.name}"
    else:
        held, label = list(seen.order_by("pk")), "the whole company"
    if not held:
        raise Invalid(f"There is no surface of {label} to look at.", fields={"surfaces": ["Name what they are to look at."]})
    return f"{label}, {len(held):,} surfaces as of {clock.today().isoformat()}", held


def guests(user: Any) -> QuerySet[User]:
    """Return the guests' accounts that could be given an access."""
    busy = GuestAccess.objects.filter(person=OuterRef("pk")).exclude(state=GuestAccess.State.ENDED)
    found = User.objects.visible_to(user).persons().filter(role=Role.GUEST_AUDITOR, is_active=True)
    return found.filter(~Exists(busy)).order_by("name")


def reads(access: GuestAccess) -> QuerySet[Entry]:
    """Return the ledger's entries of what a guest read, newest first."""
    return Entry.objects.filter(subject_type="registry.guestaccess", subject_id=str(access.pk), kind="guest.read").order_by(
        "-seq"
    )


def reach(user: Any) -> Q | None:
    """Match the entries of the ledger that lie in a guest's scope and period; None for whoever is no guest with an access."""
    bound = periods.of(user)
    if bound is None or user.role != Role.GUEST_AUDITOR:
        return None
    held = GuestSurface.objects.filter(access__person=user, access__state=GuestAccess.State.ACTIVE)
    ids = [str(pk) for pk in held.values_list("surface", flat=True)]
    mentions = Mention.objects.filter(entry=OuterRef("pk"), subject_type=SURFACE, subject_id__in=ids)
    about = Q(subject_type=SURFACE, subject_id__in=ids) | Q(Exists(mentions))
    return Q(at__gte=bound.since, at__lt=bound.until) & about


def questions(user: Any) -> QuerySet[AuditQuestion]:
    """Return the questions a person may see: all for readers of all, those they asked, and those they owe an answer to."""
    found = AuditQuestion.objects.select_related("asker", "owner", "surface")
    if roles.reads_all(user):
        return found
    if not user.is_authenticated or not user.is_active:
        return found.none()
    return found.filter(Q(asker=user) | Q(owner=user))


def question(user: Any, key: str) -> AuditQuestion:
    """Return one question by its key (AQ-5), with what was said. Raises NotVisible."""
    found = QUESTION_KEY.match(key)
    said = Prefetch("replies", AuditReply.objects.select_related("author").order_by("pk"))
    asked = questions(user).filter(pk=int(found.group(1)) if found else 0).prefetch_related(said).first()
    if asked is None:
        raise NotVisible(f"There is no question {key[:40]} that you can see.", fix="Check the key.")
    return asked


def owed(user: Any) -> QuerySet[AuditQuestion]:
    """Return the questions that wait for a person's answer."""
    return questions(user).filter(owner=user, state=AuditQuestion.State.OPEN)


def to_judge(user: Any) -> QuerySet[AuditQuestion]:
    """Return the questions that a person asked and that are answered."""
    return questions(user).filter(asker=user, state=AuditQuestion.State.ANSWERED)


def late(user: Any) -> QuerySet[AuditQuestion]:
    """Return the questions whose answer is overdue."""
    return questions(user).filter(state=AuditQuestion.State.OPEN, due_on__lt=clock.today())


def owner_for(subject: Any, surface: Surface | None, asker: Any) -> User:
    """Return who owes the answer about a thing: its owner, its surface's, the guest's contact, else a risk officer.

    Raises Invalid when there is nobody at all.
    """
    access = holding(asker)
    named = (getattr(subject, "owner", None), getattr(surface, "owner", None), access.contact if access else None)
    for person in named:
        if isinstance(person, User) and rules.may_owe(person):
            return person
    keepers = User.objects.persons().working(clock.now()).filter(role__in=(Role.RISK_OFFICER, Role.ADMINISTRATOR))
    found = keepers.order_by("-role", "pk").first()
    if found is None:
        raise Invalid("There is nobody who could answer.", fix="Ask an administrator to name a risk officer.")
    return found


def surface_of(subject: Any) -> Surface | None:
    """Return the surface that a thing belongs to, if any."""
    if isinstance(subject, Surface):
        return subject
    found = getattr(subject, "surface", None)
    return found if isinstance(found, Surface) else None
