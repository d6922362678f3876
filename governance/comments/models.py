"""Comments: kept as said."""

from django.db import models

from governance.core import clock
from governance.core.text import ProseField
from governance.ledger.appendonly import may_go, protect
from governance.ledger.letgo import gone
from governance.ledger.rows import AppendOnly


@protect
class Comment(AppendOnly):
    """What somebody said about an object, for those who may see the object."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=120, blank=True)
    author = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="comments")
    text = ProseField(max_length=10_000)
    mentions = models.ManyToManyField("governance.User", related_name="mentioned_in", blank=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        app_label = "governance"
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="comment_subject")]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def key(self) -> str:
        """The key of what was spoken about."""
        return self.subject_key


ERASED = "(erased)"
SAME = ("id", "subject_type", "subject_id", "subject_key", "author_id", "made_at")
may_go(
    Comment,
    update=f"NEW.text = '{ERASED}' AND {gone('governance.comment', 'OLD.id')} AND "
    + " AND ".join(f"NEW.{column} = OLD.{column}" for column in SAME),
)
