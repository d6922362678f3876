"""Addresses of filing for people who signed in."""

from django.urls import path

from incidents.filing import views

urlpatterns = [
    path("", views.ReportProblem.as_view(), name="report"),
    path("surfaces/", views.FindSurface.as_view(), name="report-surfaces"),
    *views.MyReports.urls("mine/"),
    path("mine/<str:key>/", views.MyReport.as_view(), name="my-report"),
    *views.LinkList.urls("links/"),
    path("links/new/", views.MakeLink.as_view(), name="report-link-new"),
    path("links/<str:key>/revoke/", views.RevokeLink.as_view(), name="report-link-revoke"),
    path("links/<str:key>/poster/", views.Poster.as_view(), name="report-link-poster"),
    *views.LinkPage.urls("links/<str:key>/"),
    path("files/<str:key>/<int:number>/", views.IncidentFile.as_view(), name="incident-file"),
    path("files/<str:key>/", views.AttachFiles.as_view(), name="incident-attach"),
    path("run/<str:key>/", views.ReportRun.as_view(), name="report-run"),
    path("gate/<str:key>/", views.ReportCheck.as_view(), name="report-check"),
]
