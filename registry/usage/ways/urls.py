"""Addresses of the other ways in."""

from django.urls import path

from registry.usage.ways import views

urlpatterns = [path("hand-in/", views.HandIn.as_view(), name="usage-hand-in")]
