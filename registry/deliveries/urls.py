"""Addresses of deployments and defects."""

from django.urls import path

from registry.deliveries import views

urlpatterns = [
    *views.DeploymentList.urls("deployments/"),
    path("deployments/new/", views.TellDeployment.as_view(), name="deployment-new"),
    path("deployments/<str:key>/correct/", views.CorrectDeployment.as_view(), name="deployment-correct"),
    *views.DeploymentPage.urls("deployments/<str:key>/"),
    *views.DefectList.urls("defects/"),
    path("defects/new/", views.TellDefect.as_view(), name="defect-new"),
    path("defects/<str:key>/correct/", views.CorrectDefect.as_view(), name="defect-correct"),
    *views.DefectPage.urls("defects/<str:key>/"),
]
