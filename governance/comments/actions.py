"""The only writer of comments."""

from typing import Any

from governance.comments import rules
from governance.comments.models import Comment
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action, identify
from governance.people.models import User


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
