"""Addresses of what was observed."""

from django.urls import path

from registry.usage.observed import views

urlpatterns = [
    path("surfaces/<str:key>/observed/", views.SurfaceObserved.as_view(), name="surface-observed"),
    path("observations/traces/<str:trace>/", views.TracePage.as_view(), name="usage-trace"),
    path("observations/received/<str:key>/verify/", views.VerifyHour.as_view(), name="sealed-hour-verify"),
    *views.HourList.urls("observations/received/"),
    *views.HourPage.urls("observations/received/<str:key>/"),
    *views.PathPage.urls("observations/ways/<str:key>/"),
    *views.PathList.urls("observations/"),
]
