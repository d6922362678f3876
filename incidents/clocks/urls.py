"""Addresses of clocks."""

from django.urls import path

from incidents.clocks import views

urlpatterns = [
    *views.ClockList.urls(""),
    path("flag/<str:key>/", views.Flag.as_view(), name="clock-flag"),
    path("<str:key>/met/", views.Met.as_view(), name="clock-met"),
    path("<str:key>/off/", views.CallOff.as_view(), name="clock-off"),
    path("<str:key>/pause/", views.Pause.as_view(), name="clock-pause"),
    path("<str:key>/resume/", views.Resume.as_view(), name="clock-resume"),
]
