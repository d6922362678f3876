"""Addresses of quarantines."""

from django.urls import path

from registry.quarantine import views

urlpatterns = [
    *views.QuarantineList.urls(""),
    path("new/", views.Choose.as_view(), name="quarantine-new"),
    path("place/<str:kind>/<path:key>/", views.Place.as_view(), name="quarantine-place"),
    path("<str:key>/lift/", views.Lift.as_view(), name="quarantine-lift"),
    *views.QuarantinePage.urls("<str:key>/"),
]
