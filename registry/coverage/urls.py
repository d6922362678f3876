"""Addresses of coverage."""

from django.urls import path

from registry.coverage import views

urlpatterns = [
    path("", views.FrameworkList.as_view(), name="frameworks"),
    path("<str:key>/", views.FrameworkPage.as_view(), name="framework"),
]
