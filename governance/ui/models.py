"""What a person keeps of a page."""

from django.conf import settings
from django.db import models

from governance.core.text import NameField


class SavedView(models.Model):
    """A list as somebody likes to see it: filters, order and columns, as one address; shared or their own."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    list_key = models.CharField(max_length=60)
    name = NameField(max_length=100)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "governance"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list_key", "name"],
                name="view_name_once",
                violation_error_message="You already have a view of this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name
