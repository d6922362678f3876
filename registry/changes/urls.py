"""Addresses of changes."""

from django.urls import path

from registry.changes import views

urlpatterns = [
    *views.ChangeList.urls(""),
    path("lanes/", views.Lanes.as_view(), name="lanes"),
    path("freezes/new/", views.Freeze.as_view(), name="freeze-new"),
    path("freezes/<str:key>/end/", views.EndFreeze.as_view(), name="freeze-end"),
    *views.FreezeList.urls("freezes/"),
    *views.FreezePage.urls("freezes/<str:key>/"),
    *views.EmergencyList.urls("emergencies/"),
    path("emergencies/<str:key>/review/", views.CloseReview.as_view(), name="emergency-review"),
    path("propose/<str:key>/", views.Propose.as_view(), name="surface-propose"),
    path("emergency/<str:key>/", views.ProposeEmergency.as_view(), name="surface-emergency"),
    path("roll-back/<str:key>/", views.RollBack.as_view(), name="surface-roll-back"),
    path("retire/<str:key>/", views.Retire.as_view(), name="surface-retire"),
    path("<str:key>/start/", views.Start.as_view(), name="change-start"),
    path("<str:key>/again/", views.Again.as_view(), name="change-again"),
    path("<str:key>/withdraw/", views.TakeBack.as_view(), name="change-withdraw"),
    *views.ChangePage.urls("<str:key>/"),
]
