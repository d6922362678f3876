"""Addresses of the catalogue."""

from django.urls import path

from registry.catalog.models import Endpoint, Tool, Vendor
from registry.catalog.views import endpoints, matrix, tools, vendors
from registry.catalog.views.ways import ways

urlpatterns = [
    *vendors.VendorList.urls("vendors/"),
    path("vendors/-/add/", vendors.AddVendor.as_view(), name="vendor-add"),
    path("vendors/<str:key>/edit/", vendors.EditVendor.as_view(), name="vendor-edit"),
    path("vendors/<str:key>/terms/", vendors.EditTerms.as_view(), name="vendor-terms"),
    path("vendors/<str:key>/review/", vendors.ReviewVendor.as_view(), name="vendor-review"),
    *ways("vendor", Vendor),
    *vendors.VendorPage.urls("vendors/<str:key>/"),
    *endpoints.EndpointList.urls("endpoints/"),
    path("endpoints/-/add/", endpoints.AddEndpoint.as_view(), name="endpoint-add"),
    path("endpoints/<str:key>/edit/", endpoints.EditEndpoint.as_view(), name="endpoint-edit"),
    path("endpoints/<str:key>/price/", endpoints.SetPrice.as_view(), name="endpoint-price"),
    *ways("endpoint", Endpoint),
    *endpoints.EndpointPage.urls("endpoints/<str:key>/"),
    *tools.ToolList.urls("tools/"),
    path("tools/-/add/", tools.AddTool.as_view(), name="tool-add"),
    path("tools/<str:key>/edit/", tools.EditTool.as_view(), name="tool-edit"),
    *ways("tool", Tool),
    *tools.ToolPage.urls("tools/<str:key>/"),
    path("data-rules/", matrix.MatrixPage.as_view(), name="data-rules"),
]
