"""Addresses of retention and legal holds."""

from django.urls import path

from governance.retention import views

urlpatterns = [
    path("retention/", views.RetentionPage.as_view(), name="retention"),
    path("retention/<slug:kind>/", views.KindPage.as_view(), name="retention-kind"),
    *views.HoldList.urls("holds/"),
    path("holds/new/", views.PlaceHold.as_view(), name="legal-hold-new"),
    path("holds/<str:key>/change/", views.ChangeHold.as_view(), name="legal-hold-change"),
    path("holds/<str:key>/release/", views.ReleaseHold.as_view(), name="legal-hold-release"),
    *views.HoldPage.urls("holds/<str:key>/"),
]
