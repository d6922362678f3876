"""Addresses of assets."""

from django.urls import path

from registry.assets import views

urlpatterns = [
    *views.AssetList.urls("assets/"),
    path("assets/add/", views.Register.as_view(), name="asset-add"),
    path("assets/<str:key>/edit/", views.Edit.as_view(), name="asset-edit"),
    path("assets/<str:key>/owner/", views.GiveOwner.as_view(), name="asset-owner"),
    path("assets/<str:key>/share/", views.Share.as_view(), name="asset-share"),
    path("assets/<str:key>/retire/", views.Retire.as_view(), name="asset-retire"),
    path("assets/<str:key>/versions/add/", views.RecordVersion.as_view(), name="asset-version-add"),
    *views.AssetPage.urls("assets/<str:key>/"),
    path("surfaces/<str:key>/assets/", views.SurfaceAssets.as_view(), name="surface-assets"),
]
