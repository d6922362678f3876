"""Whether who asked for a pack may see an entry (R3). What they may not see stands in it by its head alone.

Readers of all see every entry. For others an entry is theirs to see when its subject is: each kind of thing has its own door,
the same by which it is spoken about. What has none is shown only where it is of the scope itself, or was done by them.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from governance.comments.subjects import Commentable
from governance.core.contributions import contribution
from governance.ledger.models import Entry
from governance.packs.sections import Subject
from governance.people import roles

UNSEEN = "about something that whoever asked for this pack may not see"


class Eyes:
    """What one person may see of the ledger."""

    def __init__(self, person: Any, subjects: Iterable[Subject]) -> None:
        self.person, self.all = person, roles.reads_all(person)
        self.own = {(each.type, each.id) for each in subjects}

    def which(self, entries: Iterable[Entry]) -> dict[int, str]:
        """Return the numbers of the entries that the person may not see, with why. One query for each kind of subject."""
        if self.all:
            return {}
        asked: dict[str, set[str]] = defaultdict(set)
        unsure = [
            entry
            for entry in entries
            if (entry.subject_type, entry.subject_id) not in self.own and entry.actor_ref != self.person.ref
        ]
        for entry in unsure:
            asked[entry.subject_type].add(entry.subject_id)
        seen = {(type_, pk) for type_, pks in asked.items() for pk in self._seen(type_, pks)}
        return {entry.seq: UNSEEN for entry in unsure if (entry.subject_type, entry.subject_id) not in seen}

    def _seen(self, type_: str, pks: set[str]) -> set[str]:
        try:
            door = contribution(Commentable, type_)
        except LookupError:
            return set()
        numbers = [int(pk) for pk in pks if pk.isdecimal()]
        return {str(pk) for pk in door.visible(self.person).filter(pk__in=numbers).values_list("pk", flat=True)}
