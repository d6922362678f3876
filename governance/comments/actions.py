"""The only writer of comments."""

from typing import Any

from django.db.models import QuerySet

from governance.comments import rules
from governance.comments.models import ERASED, Comment
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action, identify
from governance.ledger.letgo import LetGo, forget_parts, let_go
from governance.ledger.models import Entry, PersonalPayload
from governance.people.models import User

AT_ONCE = 500


@action
def comment(subject: Any, *, actor: User, text: str) -> Comment:
    """Say something about an object; people named after an @ are told. The caller has checked that it is visible."""
    require(rules.may_comment(actor))
    if not text.strip():
        raise Invalid("Write something first.", fields={"text": ["This is needed."]})
    type_, id_, key = identify(subject)
    made = Comment(subject_type=type_, subject_id=id_, subject_key=key, author=actor, text=text.strip())
    named = rules.mentioned(text, User.objects.filter(is_active=True, kind=User.Kind.PERSON)) if "@" in text else []
    told = {"about": key or str(subject), "mentioned": [person.ref for person in named]}
    transitions.create(
        made,
        actor=actor,
        kind="comment.made",
        payload=told,
        personal={"text": made.text},
        touches=(subject, *getattr(subject, "ledger_touches", ())),
    )
    made.mentions.set(named)
    return made


def erase_words(rows: QuerySet[Comment], *, cause: str) -> int:
    """Erase what comments say, in the row and in the ledger's personal part, inside an erasing action; return how many.

    That somebody spoke stays. `cause` is the key of the request.
    """
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    let_go("governance.comment", ids, because=LetGo.Because.ERASURE, cause=cause)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        Comment.objects.filter(pk__in=some).update(text=ERASED)
        told = Entry.objects.filter(kind="comment.made", subject_type="governance.comment", subject_id__in=map(str, some))
        forget_parts(PersonalPayload.objects.filter(entry__in=told), cause=cause)
    return len(ids)
