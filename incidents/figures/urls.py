"""Addresses of figures."""

from django.urls import path

from incidents.figures import views

urlpatterns = [
    path("", views.FiguresPage.as_view(), name="incident-figures"),
    path("figures.csv", views.FiguresCsv.as_view(), name="incident-figures-csv"),
]
