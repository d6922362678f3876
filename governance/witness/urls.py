"""Addresses of targets, witnesses and watched logs, below those of the ledger."""

from django.urls import path

from governance.witness.views import keeping, pages

urlpatterns = [
    *pages.PublicationList.urls("published/"),
    path("published/new/", keeping.AddPublication.as_view(), name="publication-add"),
    path("published/<str:key>/edit/", keeping.EditPublication.as_view(), name="publication-edit"),
    path("published/<str:key>/now/", keeping.PublishNow.as_view(), name="publication-now"),
    path("published/<str:key>/pause/", keeping.PausePublication.as_view(), name="publication-pause"),
    path("published/<str:key>/resume/", keeping.ResumePublication.as_view(), name="publication-resume"),
    path("published/<str:key>/retire/", keeping.RetirePublication.as_view(), name="publication-retire"),
    *pages.PublicationPage.urls("published/<str:key>/"),
    *pages.WitnessList.urls("witnesses/"),
    path("witnesses/new/", keeping.AddWitness.as_view(), name="witness-add"),
    path("witnesses/<str:key>/edit/", keeping.EditWitness.as_view(), name="witness-edit"),
    path("witnesses/<str:key>/clear/", keeping.ClearAlarm.as_view(), name="witness-clear"),
    path("witnesses/<str:key>/pause/", keeping.PauseWitness.as_view(), name="witness-pause"),
    path("witnesses/<str:key>/resume/", keeping.ResumeWitness.as_view(), name="witness-resume"),
    path("witnesses/<str:key>/retire/", keeping.RetireWitness.as_view(), name="witness-retire"),
    *pages.WitnessPage.urls("witnesses/<str:key>/"),
    *pages.WatchedLogList.urls("watched/"),
    path("watched/new/", keeping.AddWatchedLog.as_view(), name="watched-log-add"),
    path("watched/<str:key>/edit/", keeping.EditLog.as_view(), name="watched-log-edit"),
    path("watched/<str:key>/pause/", keeping.PauseLog.as_view(), name="watched-log-pause"),
    path("watched/<str:key>/resume/", keeping.ResumeLog.as_view(), name="watched-log-resume"),
    *pages.WatchedLogPage.urls("watched/<str:key>/"),
]
