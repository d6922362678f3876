"""Addresses of framework answers."""

from django.urls import path

from registry.frameworks.views import SurfaceChecklist

urlpatterns = [path("surfaces/<str:key>/owasp/", SurfaceChecklist.as_view(), name="surface-owasp")]
