"""Addresses of audit packs."""

from django.urls import path

from governance.packs import views

urlpatterns = [
    *views.PackList.urls(""),
    path("new/", views.ChooseScope.as_view(), name="pack-new"),
    path("new/<str:scope>/", views.AskForPack.as_view(), name="pack-ask"),
    path("new/<str:scope>/found/", views.Found.as_view(), name="pack-found"),
    path("<str:key>/file.<str:kind>", views.PackFile.as_view(), name="pack-file"),
    path("<str:key>/build/", views.BuildAgain.as_view(), name="pack-build"),
    path("<str:key>/give/", views.GivePack.as_view(), name="pack-give"),
    path("<str:key>/take-back/<int:reader>/", views.TakeBack.as_view(), name="pack-take-back"),
    path("<str:key>/discard/", views.DiscardPack.as_view(), name="pack-discard"),
    *views.PackPage.urls("<str:key>/"),
]
