"""Addresses of sheets."""

from django.urls import re_path

from registry.sheets import views

urlpatterns = [
    re_path(r"^(?P<key>[^/]+)/raci\.(?P<form>csv|xlsx|json)$", views.RaciFile.as_view(), name="raci-file"),
]
