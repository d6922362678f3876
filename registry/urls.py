"""Addresses of the registry's pages."""

from django.urls import include, path

urlpatterns = [
    path("", include("registry.modes.urls")),
    path("", include("registry.frameworks.urls")),
    path("", include("registry.continuity.urls")),
    path("catalog/", include("registry.catalog.urls")),
    path("", include("registry.controls.urls")),
    path("", include("registry.budgets.urls")),
    path("surfaces/", include("registry.sheets.urls")),
    path("surfaces/", include("registry.surfaces.urls")),
    path("quarantines/", include("registry.quarantine.urls")),
    path("changes/", include("registry.changes.urls")),
    path("evidence/", include("registry.evidence.urls")),
    path("evals/", include("registry.evals.urls")),
    path("surfaces/", include("registry.evals.surfaceurls")),
    path("exceptions/", include("registry.exceptions.urls")),
    path("frameworks/", include("registry.coverage.urls")),
    path("", include("registry.assets.urls")),
    path("", include("registry.replay.urls")),
    path("", include("registry.company.urls")),
    path("drills/", include("registry.switches.urls")),
    path("on-call/", include("registry.oncall.urls")),
    path("", include("registry.risks.urls")),
    path("imports/", include("registry.imports.urls")),
    path("demo/", include("registry.demo.urls")),
    path("", include("registry.decisions.urls")),
    path("", include("registry.gates.urls")),
    path("", include("registry.changes.ascode.urls")),
    path("", include("registry.guests.urls")),
]
