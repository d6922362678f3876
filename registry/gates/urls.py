"""Addresses of gate checks, and of the gate's tab on a surface."""

from django.urls import path

from registry.gates import views

urlpatterns = [
    path("surfaces/<str:key>/gate/", views.SurfaceGate.as_view(), name="surface-gate"),
    *views.GateList.urls("gates/"),
    *views.GatePage.urls("gates/<str:key>/"),
]
