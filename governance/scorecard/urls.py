"""Addresses of home."""

from django.urls import path

from governance.scorecard import monthpages, pages
from governance.scorecard.digestpages import DigestPage
from governance.scorecard.views import Briefing, Inbox

urlpatterns = [
    path("", Briefing.as_view(), name="briefing"),
    path("inbox/", Inbox.as_view(), name="inbox"),
    path("inbox/week/", DigestPage.as_view(), name="digest"),
    path("scorecard/", pages.Scorecard.as_view(), name="scorecard"),
    path("scorecard/figures.csv", pages.ScorecardCsv.as_view(), name="scorecard-csv"),
    *monthpages.SnapshotList.urls("scorecard/months/"),
    path("scorecard/months/seal/", monthpages.SealMonth.as_view(), name="score-seal"),
    path("scorecard/months/<str:key>/figures.csv", monthpages.SnapshotCsv.as_view(), name="score-snapshot-csv"),
    *monthpages.SnapshotPage.urls("scorecard/months/<str:key>/"),
    path("scorecard/<slug:key>/", pages.MetricPage.as_view(), name="score-metric"),
]
