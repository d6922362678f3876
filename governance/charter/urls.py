"""Addresses of the charter."""

from django.urls import path

from governance.charter import views

urlpatterns = [
    path("now/", views.CurrentCharter.as_view(), name="charter-now"),
    path("draft/", views.DraftCharter.as_view(), name="charter-draft"),
    *views.CharterList.urls(""),
    path("<str:key>/edit/", views.EditCharter.as_view(), name="charter-edit"),
    path("<str:key>/redraft/", views.RedraftCharter.as_view(), name="charter-redraft"),
    path("<str:key>/propose/", views.ProposeCharter.as_view(), name="charter-propose"),
    path("<str:key>/withdraw/", views.WithdrawCharter.as_view(), name="charter-withdraw"),
    *views.CharterPage.urls("<str:key>/"),
]
