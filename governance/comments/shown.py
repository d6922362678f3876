"""What comments contribute: their API, and the talk about what lies below them in the bands.

Features above register their own things as `Commentable` and show the talk where it suits their page.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import import_string

from governance.approvals import queries as approvals
from governance.channels import queries as channels
from governance.comments import actions
from governance.comments.models import ERASED, Comment
from governance.comments.subjects import Commentable
from governance.core.contributions import ApiRoute, Forgotten, PersonalStore, contribute
from governance.documents import queries as documents
from governance.ledger import queries as ledger
from governance.people import queries as people
from governance.people.models import Delegation, Invitation, Position, Team
from governance.policy.models import PolicyDraft, PolicyVersion
from governance.proofs import queries as proofs
from governance.scorecard import snapshots
from governance.ui.extensions import ObjectPanel

contribute(ApiRoute("comments", "comments", load=lambda: import_string("governance.comments.api.CommentApi"), order=70))


def _subject(user: Any, subject: Any) -> Mapping[str, Any]:
    return {"subject": subject}


DOORS: dict[str, Callable[[Any], Any]] = {
    "governance.user": people.visible_to,
    "governance.team": Team.objects.all().visible_to,
    "governance.position": Position.objects.all().visible_to,
    "governance.delegation": Delegation.objects.all().visible_to,
    "governance.invitation": Invitation.objects.all().visible_to,
    "governance.policydraft": PolicyDraft.objects.all().visible_to,
    "governance.policyversion": PolicyVersion.objects.all().visible_to,
    "governance.scoresnapshot": snapshots.visible_to,
    "governance.document": documents.visible_to,
    "governance.channel": channels.visible_to,
    "governance.delivery": channels.deliveries,
    "governance.entry": ledger.visible_to,
    "governance.checkpoint": lambda user: proofs.checkpoints(),
}
for _label, _door in DOORS.items():
    contribute(Commentable(_label, _door))
    contribute(ObjectPanel(f"talk.{_label}", _label, "governance/comments/_panel.html", _subject, order=200))

# Its page shows the talk about what is to be decided; said here is what concerns the asking itself.
contribute(Commentable("governance.approvalrequest", approvals.visible_to))


def theirs(who: Forgotten) -> QuerySet[Comment]:
    """Return what a person said whose words are still there."""
    return Comment.objects.filter(author=who.person).exclude(text=ERASED) if who.person else Comment.objects.none()


contribute(
    PersonalStore(
        "comments",
        "What they said in comments",
        find=lambda who: (theirs(who),),
        erase=lambda who: actions.erase_words(theirs(who), cause=who.cause),
        stays="That they commented, when and on what, under their reference.",
        order=20,
    )
)
