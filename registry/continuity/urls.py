"""Addresses of continuity: plans, drills, and the tabs of vendors and endpoints."""

from django.urls import path

from registry.continuity import views

urlpatterns = [
    *views.PlanList.urls("continuity/"),
    *views.UncoveredList.urls("continuity/missing/"),
    path("continuity/add/<str:kind>/<str:key>/", views.AddPlan.as_view(), name="continuity-add"),
    path("continuity/drills/<str:key>/run/", views.RunDrill.as_view(), name="vendor-drill-run"),
    path("continuity/drills/<str:key>/cancel/", views.CancelDrill.as_view(), name="vendor-drill-cancel"),
    *views.DrillPage.urls("continuity/drills/<str:key>/"),
    path("continuity/<str:key>/edit/", views.ChangePlan.as_view(), name="continuity-edit"),
    path("continuity/<str:key>/retire/", views.RetirePlan.as_view(), name="continuity-retire"),
    path("continuity/<str:key>/drill/", views.RunNow.as_view(), name="vendor-drill-now"),
    path("continuity/<str:key>/plan-drill/", views.PlanDrill.as_view(), name="vendor-drill-plan"),
    *views.PlanPage.urls("continuity/<str:key>/"),
    path("catalog/vendors/<str:key>/continuity/", views.VendorContinuity.as_view(), name="vendor-continuity"),
    path("catalog/endpoints/<str:key>/continuity/", views.EndpointContinuity.as_view(), name="endpoint-continuity"),
]
