"""Addresses of mapping sessions."""

from django.urls import path

from registry.mapping import views

urlpatterns = [
    *views.SessionList.urls("mapping/"),
    path("mapping/new/", views.PlanSession.as_view(), name="mapping-new"),
    path("mapping/lines/<str:key>/amend/", views.AmendLine.as_view(), name="mapping-line-amend"),
    path("mapping/lines/<str:key>/withdraw/", views.WithdrawLine.as_view(), name="mapping-line-withdraw"),
    path("mapping/lines/<str:key>/begin/", views.BeginLine.as_view(), name="mapping-line-begin"),
    path("mapping/lines/<str:key>/register/", views.RegisterLine.as_view(), name="mapping-line-register"),
    path("mapping/lines/<str:key>/known/", views.KnownLine.as_view(), name="mapping-line-known"),
    path("mapping/lines/<str:key>/leave/", views.LeaveLine.as_view(), name="mapping-line-leave"),
    path("mapping/lines/<str:key>/reopen/", views.ReopenLine.as_view(), name="mapping-line-reopen"),
    path("mapping/<str:key>/change/", views.ChangeSession.as_view(), name="mapping-change"),
    path("mapping/<str:key>/invite/", views.InviteTeam.as_view(), name="mapping-invite"),
    path("mapping/<str:key>/start/", views.StartSession.as_view(), name="mapping-start"),
    path("mapping/<str:key>/close/", views.CloseSession.as_view(), name="mapping-close"),
    path("mapping/<str:key>/export/", views.TakeExport.as_view(), name="mapping-export"),
    path("mapping/<str:key>/teams/<slug:team>/", views.TeamPage.as_view(), name="mapping-team"),
    path("mapping/<str:key>/teams/<slug:team>/done/", views.TeamDone.as_view(), name="mapping-team-done"),
    *views.SessionPage.urls("mapping/<str:key>/"),
]
