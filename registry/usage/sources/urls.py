"""Addresses of sources."""

from django.urls import path

from registry.usage.sources import views

urlpatterns = [
    *views.SourceList.urls("sources/"),
    path("sources/new/", views.NewSource.as_view(), name="usage-source-new"),
    path("sources/<str:key>/change/", views.ChangeSource.as_view(), name="usage-source-change"),
    path("sources/<str:key>/owner/", views.GiveSource.as_view(), name="usage-source-give"),
    path("sources/<str:key>/token/", views.NewToken.as_view(), name="usage-source-token"),
    path("sources/<str:key>/retire/", views.RetireSource.as_view(), name="usage-source-retire"),
    path("sources/<str:key>/revive/", views.ReviveSource.as_view(), name="usage-source-revive"),
    *views.SourcePage.urls("sources/<str:key>/"),
]
