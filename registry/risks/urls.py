"""Addresses of the register."""

from django.urls import path

from registry.risks import views

urlpatterns = [
    *views.RiskList.urls("risks/"),
    path("risks/map/", views.HeatMap.as_view(), name="risk-map"),
    path("risks/add/", views.AddRisk.as_view(), name="risk-add"),
    path("risks/areas/", views.DraftAreas.as_view(), name="risk-areas"),
    path("risks/<str:key>/edit/", views.EditRisk.as_view(), name="risk-edit"),
    path("risks/<str:key>/review/", views.Review.as_view(), name="risk-review"),
    path("risks/<str:key>/accept/", views.Accept.as_view(), name="risk-accept"),
    path("risks/<str:key>/close/", views.Close.as_view(), name="risk-close"),
    path("risks/<str:key>/reopen/", views.Reopen.as_view(), name="risk-reopen"),
    path("risks/<str:key>/owner/", views.ChangeOwner.as_view(), name="risk-owner"),
    path("risks/<str:key>/surfaces/", views.LinkSurface.as_view(), name="risk-link"),
    path("risks/<str:key>/surfaces/<str:surface>/", views.UnlinkSurface.as_view(), name="risk-unlink"),
    path("risks/<str:key>/evidence/", views.AttachEvidence.as_view(), name="risk-evidence"),
    path("risks/<str:key>/evidence/<int:evidence>/", views.DetachEvidence.as_view(), name="risk-evidence-off"),
    *views.RiskPage.urls("risks/<str:key>/"),
    path("surfaces/<str:key>/risks/", views.SurfaceRisks.as_view(), name="surface-risks"),
]
