"""Addresses under /api/."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from governance.api import reference, routes, views

app_name = "api"
urlpatterns = [
    path("", views.RootView.as_view(), name="root"),
    path("docs", reference.OverviewPage.as_view(), name="docs"),
    path("docs/problems", reference.ProblemsPage.as_view(), name="problems"),
    path("docs/<slug:tag>", reference.ResourcePage.as_view(), name="docs-resource"),
    path("v1/", RedirectView.as_view(pattern_name="api:root", permanent=False)),
    path("v1/schema", views.SchemaView.as_view(), name="schema"),
    re_path(r"^v1/schema\.(?P<form>json|yaml)$", views.schema_file, name="schema-file"),
    path("v1/", include(routes.resource_urls())),
    re_path(r"", views.NothingView.as_view()),
]
