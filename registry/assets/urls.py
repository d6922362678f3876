"""Addresses of assets."""

from django.urls import path

from registry.assets import views

urlpatterns = [
    *views.AssetList.urls("prompts/"),
    path("prompts/add/", views.Register.as_view(), name="asset-add"),
    path("prompts/<str:key>/edit/", views.Edit.as_view(), name="asset-edit"),
    path("prompts/<str:key>/owner/", views.GiveOwner.as_view(), name="asset-owner"),
    path("prompts/<str:key>/share/", views.Share.as_view(), name="asset-share"),
    path("prompts/<str:key>/retire/", views.Retire.as_view(), name="asset-retire"),
    path("prompts/<str:key>/versions/add/", views.RecordVersion.as_view(), name="asset-version-add"),
    *views.AssetPage.urls("prompts/<str:key>/"),
    path("surfaces/<str:key>/prompts/", views.SurfaceAssets.as_view(), name="surface-assets"),
]
