"""Addresses of levers, below their incident."""

from django.urls import path

from incidents.levers import views

urlpatterns = [
    path("incidents/<str:incident>/levers/mode/<str:key>/", views.LowerFromIncident.as_view(), name="incident-lever-mode"),
    path(
        "incidents/<str:incident>/levers/roll-back/<str:key>/",
        views.RollBackFromIncident.as_view(),
        name="incident-lever-roll-back",
    ),
    path(
        "incidents/<str:incident>/levers/quarantine/<str:kind>/<path:key>/",
        views.QuarantineFromIncident.as_view(),
        name="incident-lever-quarantine",
    ),
]
