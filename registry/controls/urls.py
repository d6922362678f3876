"""Addresses of controls."""

from django.urls import path

from registry.controls.views import ByItselfList, HeatMap, ResultList, SurfaceControls

urlpatterns = [
    path("controls/", HeatMap.as_view(), name="controls"),
    *ResultList.urls("controls/results/"),
    *ByItselfList.urls("evidence/by-itself/"),
    path("surfaces/<str:key>/controls/", SurfaceControls.as_view(), name="surface-controls"),
]
