"""What one was told."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.notifications import actions
from governance.notifications.models import Notice
from governance.ui.pages.base import Page, go

SHOWN = 100


class Notices(Page):
    """The latest notices; a POST marks all of them read."""

    title, template = "What happened", "governance/notifications/notices.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show them."""
        mine = Notice.objects.filter(person=self.user)
        return self.render(notices=mine[:SHOWN], unread=mine.filter(read_at__isnull=True).count())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Mark all read."""
        actions.mark_read(self.user)
        return go(request, reverse("notices"))
