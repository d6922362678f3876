"""Addresses of erasure."""

from django.urls import path

from governance.erasure import views

urlpatterns = [
    *views.ErasureList.urls("erasures/"),
    path("erasures/new/", views.AskErasure.as_view(), name="erasure-new"),
    path("erasures/<str:key>/erase/", views.CarryOut.as_view(), name="erasure-carry-out"),
    path("erasures/<str:key>/refuse/", views.Refuse.as_view(), name="erasure-refuse"),
    path("erasures/<str:key>/withdraw/", views.Withdraw.as_view(), name="erasure-withdraw"),
    *views.ErasurePage.urls("erasures/<str:key>/"),
]
