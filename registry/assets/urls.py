"""Addresses of assets."""

from django.urls import path

from registry.assets.views import acts, pages

urlpatterns = [
    *pages.AssetList.urls("prompts/"),
    path("prompts/add/", acts.Register.as_view(), name="asset-add"),
    path("prompts/<str:key>/edit/", acts.Edit.as_view(), name="asset-edit"),
    path("prompts/<str:key>/owner/", acts.GiveOwner.as_view(), name="asset-owner"),
    path("prompts/<str:key>/share/", acts.Share.as_view(), name="asset-share"),
    path("prompts/<str:key>/retire/", acts.Retire.as_view(), name="asset-retire"),
    path("prompts/<str:key>/versions/add/", acts.RecordVersion.as_view(), name="asset-version-add"),
    *pages.AssetPage.urls("prompts/<str:key>/"),
    path("surfaces/<str:key>/prompts/", pages.SurfaceAssets.as_view(), name="surface-assets"),
]
