"""Addresses below a surface."""

from django.urls import path

from registry.evals.views import runs, surface

urlpatterns = [
    path("<str:key>/evals/", surface.SurfaceEvals.as_view(), name="surface-evals"),
    path("<str:key>/evals/hand-in/", runs.HandIn.as_view(), name="surface-evals-hand-in"),
]
