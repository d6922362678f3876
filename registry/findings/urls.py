"""Addresses of findings."""

from django.urls import path

from registry.findings import views

urlpatterns = [
    *views.FindingList.urls(""),
    path("<str:key>/put-off/", views.Snooze.as_view(), name="finding-snooze"),
    path("<str:key>/wake/", views.Wake.as_view(), name="finding-wake"),
    path("<str:key>/dismiss/", views.Dismiss.as_view(), name="finding-dismiss"),
    path("<str:key>/owner/", views.GiveOwner.as_view(), name="finding-owner"),
    path("<str:key>/register/", views.Register.as_view(), name="finding-register"),
    path("<str:key>/name/", views.NameSurface.as_view(), name="finding-name"),
    path("<str:key>/propose/", views.ProposeChange.as_view(), name="finding-propose"),
    *views.FindingPage.urls("<str:key>/"),
]
