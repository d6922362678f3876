"""Addresses of home."""

from django.urls import path

from governance.scorecard.views import Briefing, Inbox

urlpatterns = [
    path("", Briefing.as_view(), name="briefing"),
    path("inbox/", Inbox.as_view(), name="inbox"),
]
