"""Addresses of the eval library and of runs."""

from django.urls import path

from registry.evals.views import runs, suites

urlpatterns = [
    *runs.RunList.urls("runs/"),
    *runs.RunPage.urls("runs/<str:key>/"),
    path("suites/-/add/", suites.AddSuite.as_view(), name="eval-suite-add"),
    *suites.SuiteList.urls(""),
    path("suites/<str:key>/edit/", suites.EditSuite.as_view(), name="eval-suite-edit"),
    path("suites/<str:key>/owner/", suites.GiveSuite.as_view(), name="eval-suite-owner"),
    path("suites/<str:key>/retire/", suites.RetireSuite.as_view(), name="eval-suite-retire"),
    path("suites/<str:key>/reopen/", suites.ReopenSuite.as_view(), name="eval-suite-reopen"),
    *suites.SuitePage.urls("suites/<str:key>/"),
]
