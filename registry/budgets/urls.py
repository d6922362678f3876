"""Addresses of error budgets."""

from django.urls import path

from registry.budgets import views

urlpatterns = [
    *views.ObjectiveList.urls("error-budgets/"),
    path("error-budgets/new/", views.AddObjective.as_view(), name="objective-new"),
    path("error-budgets/<str:key>/change/", views.EditObjective.as_view(), name="objective-edit"),
    path("error-budgets/<str:key>/count/", views.CountEvents.as_view(), name="objective-count"),
    path("error-budgets/<str:key>/retire/", views.RetireObjective.as_view(), name="objective-retire"),
    *views.ObjectivePage.urls("error-budgets/<str:key>/"),
    path("surfaces/<str:key>/budget/", views.SurfaceBudget.as_view(), name="surface-budget"),
]
