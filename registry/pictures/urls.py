"""Addresses of the map."""

from django.urls import path

from registry.pictures import views

urlpatterns = [
    path("map/", views.MapPage.as_view(), name="map"),
    path("map/map.csv", views.MapFile.as_view(), name="map-file"),
]
