"""Reads of erasures: requests, what would go, and what is explained by one."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from governance.core import clock
from governance.core.contributions import Forgotten, PersonalStore, contributed
from governance.core.counting import count_together
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.erasure import rules
from governance.erasure.models import Erasure
from governance.ledger.letgo import LetGo, explains_part
from governance.people import queries as people
from governance.people.models import User
from governance.retention import queries as retention
from governance.retention.models import LegalHold

KEY = re.compile(r"^(?:[Ee][Rr]-)?0*(\d{1,18})$")


@dataclass(frozen=True, slots=True)
class Found:
    """What one store holds of somebody."""

    store: PersonalStore
    count: int


def visible_to(user: Any) -> QuerySet[Erasure]:
    """Return the requests that a person may see."""
    return Erasure.objects.all().visible_to(user).select_related("person", "recorded_by", "decided_by")


def get(user: Any, key: str) -> Erasure:
    """Return one request by its key (ER-1). Raises NotVisible."""
    found = KEY.match(key)
    erasure: Erasure | None = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if erasure is None:
        raise NotVisible(f"There is no erasure {key[:40]} that you can see.", fix="Check the key.")
    return erasure


def whose(erasure: Erasure, actor: Any = None) -> Forgotten:
    """Return who is to be forgotten: a person with their address, or the address alone."""
    person = erasure.person
    if person is None:
        return Forgotten(None, erasure.address, "", erasure.key, actor)
    return Forgotten(person, person.email, person.name, erasure.key, actor)


def found(erasure: Erasure) -> list[Found]:
    """Return what each store holds of whom a request is about, in the order in which they would be erased."""
    who = whose(erasure)
    stores = [(store, store.find(who)) for store in contributed(PersonalStore)]
    rows = {(store.key, place): each for store, held in stores if not isinstance(held, int) for place, each in enumerate(held)}
    counts = count_together({f"{key} {place}": each for (key, place), each in rows.items()})
    return [
        Found(store, held if isinstance(held, int) else sum(counts[f"{store.key} {place}"] for place in range(len(held))))
        for store, held in stores
    ]


def holds(erasure: Erasure) -> list[LegalHold]:
    """Return the legal holds that name the person."""
    return retention.holds_on(people=[erasure.person.ref]) if erasure.person else []


def erasable(erasure: Erasure) -> Verdict:
    """Say whether what a request asks for can be done now."""
    owned = people.count_owned(erasure.person) if erasure.person else 0
    return rules.may_erase(erasure.person, owned=owned, holds=holds(erasure))


def waiting(user: Any) -> QuerySet[Erasure]:
    """Return the open requests that a person may decide, the first due first."""
    found = visible_to(user).filter(state=Erasure.State.ASKED).exclude(recorded_by=user).exclude(person=user)
    return found.order_by("due_on", "pk") if user.role == "administrator" else found.none()


def late(user: Any, day: date | None = None) -> QuerySet[Erasure]:
    """Return the open requests that a person may see whose day has passed."""
    return visible_to(user).filter(state=Erasure.State.ASKED, due_on__lt=day or clock.today())


def explains(entry_id: int, name: str) -> LetGo | None:
    """Return when the personal part of an entry was erased, and by which request; None where no erasure explains a gap."""
    return explains_part(entry_id, name)


def done_between(first: date, last: date) -> QuerySet[Erasure]:
    """Return the erasures that were done on days of a span, for reports of what was erased and when."""
    done = Erasure.objects.filter(state=Erasure.State.DONE, decided_at__date__gte=first, decided_at__date__lte=last)
    return done.select_related("person").order_by("decided_at", "pk")


def of_person(person: User) -> QuerySet[Erasure]:
    """Return the requests about a person, the newest first."""
    return Erasure.objects.filter(person=person).order_by("-pk")
