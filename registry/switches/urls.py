"""Addresses of drills."""

from django.urls import path

from registry.switches import views

urlpatterns = [
    *views.DrillList.urls(""),
    path("new/", views.PlanDrill.as_view(), name="drill-new"),
    path("record/", views.RecordDrill.as_view(), name="drill-record"),
    *views.DueList.urls("due/"),
    path("<str:key>/move/", views.MoveDrill.as_view(), name="drill-move"),
    path("<str:key>/start/", views.StartDrill.as_view(), name="drill-start"),
    path("<str:key>/finish/", views.FinishDrill.as_view(), name="drill-finish"),
    path("<str:key>/cancel/", views.CancelDrill.as_view(), name="drill-cancel"),
    *views.DrillPage.urls("<str:key>/"),
]
