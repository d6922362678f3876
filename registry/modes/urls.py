"""Addresses of modes: the lever of a surface, the pages about all of them, and OFREP at the standard's paths."""

from django.urls import path

from registry.modes import views
from registry.modes.ofrep.api import AllFlags, OneFlag

urlpatterns = [
    path("surfaces/<str:key>/mode/", views.Lower.as_view(), name="surface-mode"),
    path("surfaces/<str:key>/mode/raise/", views.Raise.as_view(), name="surface-mode-raise"),
    *views.LeverList.urls("modes/lower/"),
    *views.ChangeList.urls("modes/steps/"),
    *views.LoweredList.urls("modes/"),
    path("ofrep/v1/evaluate/flags", AllFlags.as_view(), name="ofrep-all"),
    path("ofrep/v1/evaluate/flags/<path:key>", OneFlag.as_view(), name="ofrep-one"),
]
