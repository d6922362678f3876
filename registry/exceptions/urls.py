"""Addresses of exceptions."""

from django.urls import path

from registry.exceptions.views import acts, page

urlpatterns = [
    *page.ExceptionList.urls(""),
    path("new/", acts.Ask.as_view(), name="exception-new"),
    path("<str:key>/extend/", acts.Extend.as_view(), name="exception-extend"),
    path("<str:key>/end/", acts.End.as_view(), name="exception-end"),
    path("<str:key>/owner/", acts.ChangeOwner.as_view(), name="exception-owner"),
    *page.ExceptionPage.urls("<str:key>/"),
]
