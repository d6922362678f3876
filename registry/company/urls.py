"""Addresses of the company file."""

from django.urls import path

from registry.company.views import CompanyFile, CompanyOutcome, CompanyYaml

urlpatterns = [
    path("company-file/", CompanyFile.as_view(), name="company-file"),
    path("company-file/company.yaml", CompanyYaml.as_view(), name="company-yaml"),
    path("company-file/<int:pk>/", CompanyOutcome.as_view(), name="company-file-outcome"),
]
