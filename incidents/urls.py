"""Addresses of the pages of incidents. Those of `running` come last: incidents/<key>/ takes what no other took."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("alerts/answer/", include("incidents.answering.urls")),
    path("alerts/", include("incidents.alerts.urls")),
    path("clocks/", include("incidents.clocks.urls")),
    path("incident-figures/", include("incidents.figures.urls")),
    path("report/finding/", include("incidents.observed.urls")),
    path("report/", include("incidents.filing.urls")),
    path("", include("incidents.filing.doorurls")),
    path("", include("incidents.postmortems.urls")),
    path("", include("incidents.levers.urls")),
    path("", include("incidents.running.urls")),
]
