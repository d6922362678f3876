"""Addresses of changes."""

from django.urls import path

from registry.changes import views

urlpatterns = [
    *views.ChangeList.urls(""),
    path("propose/<str:key>/", views.Propose.as_view(), name="surface-propose"),
    path("roll-back/<str:key>/", views.RollBack.as_view(), name="surface-roll-back"),
    path("retire/<str:key>/", views.Retire.as_view(), name="surface-retire"),
    *views.ChangePage.urls("<str:key>/"),
]
