"""Addresses of incidents."""

from django.urls import path

from incidents.running import views

urlpatterns = [
    *views.IncidentList.urls("incidents/"),
    path("incidents/communications/<str:key>/edit/", views.EditMessage.as_view(), name="communication-edit"),
    path("incidents/communications/<str:key>/send/", views.SendMessage.as_view(), name="communication-send"),
    path("incidents/communications/<str:key>/discard/", views.DiscardDraft.as_view(), name="communication-discard"),
    path("incidents/<str:key>/note/", views.Note.as_view(), name="incident-note"),
    path("incidents/<str:key>/timeline/<int:number>/correct/", views.Correct.as_view(), name="incident-correct"),
    path("incidents/<str:key>/acknowledge/", views.Acknowledge.as_view(), name="incident-acknowledge"),
    path("incidents/<str:key>/triage/", views.Triage.as_view(), name="incident-triage"),
    path("incidents/<str:key>/severity/", views.ChangeSeverity.as_view(), name="incident-set-severity"),
    path("incidents/<str:key>/mitigate/", views.StartMitigating.as_view(), name="incident-start-mitigating"),
    path("incidents/<str:key>/mitigated/", views.Mitigated.as_view(), name="incident-mitigated"),
    path("incidents/<str:key>/resolve/", views.Resolve.as_view(), name="incident-resolve"),
    path("incidents/<str:key>/begin-postmortem/", views.BeginPostmortem.as_view(), name="incident-begin-postmortem"),
    path("incidents/<str:key>/reopen/", views.Reopen.as_view(), name="incident-reopen"),
    path("incidents/<str:key>/roles/", views.NameRole.as_view(), name="incident-role"),
    path("incidents/<str:key>/edit/", views.Edit.as_view(), name="incident-edit"),
    path("incidents/<str:key>/reporter/", views.ForgetReporter.as_view(), name="incident-forget-reporter"),
    path("incidents/<str:key>/touches/", views.Affect.as_view(), name="incident-affect"),
    path("incidents/<str:key>/communications/draft/", views.DraftMessage.as_view(), name="incident-draft"),
    *views.IncidentPage.urls("incidents/<str:key>/"),
    path("surfaces/<str:key>/incidents/", views.SurfaceIncidents.as_view(), name="surface-incidents"),
    path("vendors/<str:key>/incidents/", views.VendorIncidents.as_view(), name="vendor-incidents"),
]
