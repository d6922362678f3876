"""Addresses that open without an account: short, because they are printed and typed."""

from django.urls import path

from incidents.filing import views

urlpatterns = [
    path("r/<str:token>/", views.PublicReport.as_view(), name="report-public"),
    path("t/<str:token>/", views.Follow.as_view(), name="report-follow"),
]
