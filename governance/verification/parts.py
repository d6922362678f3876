"""Holds what stands beside entries to what they say: personal parts under their salted digests, and mentions."""

from collections import Counter
from collections.abc import Sequence

from governance.ledger import journal, letgo
from governance.ledger.models import Mention, PersonalPayload
from governance.verification.entries import Told
from governance.verification.report import Report


def mentions(report: Report, first: int, last: int, told: Sequence[Told]) -> None:
    """Compare the mentions of a batch of entries with what their bodies say they touch."""
    expected = Counter((each.seq, type_, id_) for each in told for type_, id_ in each.touches)
    rows = Mention.objects.filter(entry__gte=first, entry__lte=last).values_list("entry_id", "subject_type", "subject_id")
    stored = Counter(rows.iterator(chunk_size=5000))
    if stored == expected:
        return
    for seq, type_, id_ in sorted((stored - expected) | (expected - stored)):
        said = f"{type_} {id_} is mentioned beside it and not inside it."
        if (seq, type_, id_) in expected:
            said = f"{type_} {id_} is mentioned inside it and not beside it any more."
        report.find("mention-changed", f"Mention of entry {seq:,}", said, seq=seq, seen=f"{type_}:{id_}")


def personal(report: Report, first: int, last: int, told: Sequence[Told]) -> None:
    """Compare the personal parts of a batch of entries with their salted digests; a missing one must be explained."""
    expected = {(each.seq, name): digest for each in told for name, digest in each.personal.items()}
    for row in (
        PersonalPayload.objects.filter(entry__gte=first, entry__lte=last).order_by("entry", "name").iterator(chunk_size=2000)
    ):
        report.parts += 1
        digest = expected.pop((row.entry_id, row.name), None)
        what, where = f"Personal part “{row.name}” of entry {row.entry_id:,}", {"seq": row.entry_id}
        if digest is None:
            report.find("part-inserted", what, "The entry has no such part.", **where)
        elif _salted(row) != digest:
            report.find("part-changed", what, "Its words were changed after they were written.", seen=_salted(row), **where)
    for seq, name in expected:
        if letgo.explains_part(seq, name) is not None:
            report.gone += 1
            continue
        said = "It is gone, and no erasure says why."
        report.find("part-removed", f"Personal part “{name}” of entry {seq:,}", said, seq=seq)


def _salted(row: PersonalPayload) -> str:
    try:
        return journal.salted(row.salt, row.value)
    except ValueError:  # the salt is not hexadecimal any more
        return "broken salt"
