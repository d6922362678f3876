"""Addresses of the published schemas."""

from django.urls import path

from registry.changes.ascode import views

urlpatterns = [path("schemas/<slug:name>.json", views.published, name="published-schema")]
