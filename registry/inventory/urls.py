"""Addresses of inventories."""

from django.urls import path

from registry.inventory import views

urlpatterns = [
    *views.InventoryList.urls(""),
    path("new/", views.ReadFile.as_view(), name="inventory-new"),
    path("<str:key>/take/", views.TakeOver.as_view(), name="inventory-take"),
    path("<str:key>/discard/", views.Discard.as_view(), name="inventory-discard"),
    *views.InventoryPage.urls("<str:key>/"),
]
