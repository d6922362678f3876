"""Addresses of the AuthZEN Authorization API, at the standard's default paths."""

from django.urls import path

from registry.decisions import api

urlpatterns = [
    path(".well-known/authzen-configuration", api.MetadataView.as_view(), name="authzen-configuration"),
    path("access/v1/evaluation", api.EvaluationView.as_view(), name="authzen-evaluation"),
    path("access/v1/evaluations", api.EvaluationsView.as_view(), name="authzen-evaluations"),
    path("access/v1/search/subject", api.SearchView.as_view(part="subject"), name="authzen-search-subject"),
    path("access/v1/search/resource", api.SearchView.as_view(part="resource"), name="authzen-search-resource"),
    path("access/v1/search/action", api.SearchView.as_view(part="action"), name="authzen-search-action"),
]
