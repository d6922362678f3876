"""Addresses of incidents that begin with a finding."""

from django.urls import path

from incidents.observed.views import OpenIncident

urlpatterns = [path("<str:key>/", OpenIncident.as_view(), name="report-finding")]
