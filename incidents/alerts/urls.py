"""Addresses of alerts."""

from django.urls import path

from incidents.alerts import views

urlpatterns = [
    *views.AlertList.urls(""),
    path("<str:key>/", views.AlertDoor.as_view(), name="alert"),
]
