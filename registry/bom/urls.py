"""Addresses of bills of materials."""

from django.urls import path

from registry.bom import views

urlpatterns = [
    path("bom/", views.Bills.as_view(), name="bom"),
    path("bom/company.cdx.json", views.CompanyBill.as_view(), name="bom-company"),
    path("surfaces/<str:key>/bom.cdx.json", views.SurfaceBill.as_view(), name="bom-surface"),
]
