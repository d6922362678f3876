"""Addresses of evidence."""

from django.urls import path

from registry.evidence import views

urlpatterns = [
    *views.EvidenceList.urls(""),
    path("new/", views.Collect.as_view(), name="evidence-new"),
    path("<str:key>/file/", views.EvidenceFile.as_view(), name="evidence-file"),
    path("<str:key>/attach/", views.Attach.as_view(), name="evidence-attach"),
    path("<str:key>/renew/", views.Renew.as_view(), name="evidence-renew"),
    path("<str:key>/withdraw/", views.Withdraw.as_view(), name="evidence-withdraw"),
    path("<str:key>/uses/<int:pk>/detach/", views.Detach.as_view(), name="evidence-detach"),
    *views.EvidencePage.urls("<str:key>/"),
]
