"""Addresses of modes: the lever of a surface, the pages about all of them, and OFREP at the standard's paths."""

from django.urls import path

from registry.modes.ofrep.api import AllFlags, OneFlag

urlpatterns = [
    path("ofrep/v1/evaluate/flags", AllFlags.as_view(), name="ofrep-all"),
    path("ofrep/v1/evaluate/flags/<path:key>", OneFlag.as_view(), name="ofrep-one"),
]
