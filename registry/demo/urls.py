"""Addresses of the demo."""

from django.urls import path

from registry.demo.views import LoadDemo, RemoveDemo

urlpatterns = [
    path("", LoadDemo.as_view(), name="demo"),
    path("remove/", RemoveDemo.as_view(), name="demo-remove"),
]
