"""Addresses of deployments and defects."""

from django.urls import path

from registry.deliveries import doing, views

urlpatterns = [
    *views.DeploymentList.urls("deployments/"),
    path("deployments/new/", doing.TellDeployment.as_view(), name="deployment-new"),
    path("deployments/<str:key>/correct/", doing.CorrectDeployment.as_view(), name="deployment-correct"),
    *views.DeploymentPage.urls("deployments/<str:key>/"),
    *views.DefectList.urls("defects/"),
    path("defects/new/", doing.TellDefect.as_view(), name="defect-new"),
    path("defects/<str:key>/correct/", doing.CorrectDefect.as_view(), name="defect-correct"),
    *views.DefectPage.urls("defects/<str:key>/"),
]
