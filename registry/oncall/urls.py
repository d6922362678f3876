"""Addresses of on call."""

from django.urls import path

from registry.oncall import views

urlpatterns = [
    path("calendars/<str:secret>.ics", views.calendar_file, name="on-call-calendar"),
    path("shifts/", views.FeedsPage.as_view(), name="on-call-feeds"),
    path("shifts/feeds/new/", views.MakeFeed.as_view(), name="on-call-feed-new"),
    path("shifts/feeds/<int:number>/revoke/", views.RevokeFeed.as_view(), name="on-call-feed-revoke"),
    *views.PathList.urls("paths/"),
    path("paths/new/", views.NewPath.as_view(), name="escalation-path-new"),
    path("paths/<slug:key>/change/", views.ChangePath.as_view(), name="escalation-path-change"),
    path("paths/<slug:key>/steps/", views.ChangeSteps.as_view(), name="escalation-path-steps"),
    path("paths/<slug:key>/try/", views.TryPath.as_view(), name="escalation-path-try"),
    path("paths/<slug:key>/retire/", views.RetirePath.as_view(), name="escalation-path-retire"),
    *views.PathPage.urls("paths/<slug:key>/"),
    *views.RouteList.urls("routes/"),
    path("routes/new/", views.NewRoute.as_view(), name="on-call-route-new"),
    path("routes/try/", views.TryRoutes.as_view(), name="on-call-routes-try"),
    path("routes/<str:key>/lead/", views.LeadRoute.as_view(), name="on-call-route-lead"),
    path("routes/<str:key>/remove/", views.RemoveRoute.as_view(), name="on-call-route-remove"),
    *views.RoutePage.urls("routes/<str:key>/"),
    *views.RotaList.urls(""),
    path("rotas/new/", views.NewRota.as_view(), name="rota-new"),
    path("rotas/<slug:key>/change/", views.ChangeRota.as_view(), name="rota-change"),
    path("rotas/<slug:key>/retire/", views.RetireRota.as_view(), name="rota-retire"),
    path("rotas/<slug:key>/layers/new/", views.AddLayer.as_view(), name="rota-layer-new"),
    path("rotas/<slug:key>/layers/<int:order>/change/", views.ChangeLayer.as_view(), name="rota-layer-change"),
    path("rotas/<slug:key>/layers/<int:order>/remove/", views.RemoveLayer.as_view(), name="rota-layer-remove"),
    path("rotas/<slug:key>/cover/", views.Cover.as_view(), name="rota-cover"),
    path("rotas/<slug:key>/overrides/<int:number>/cancel/", views.CancelCover.as_view(), name="rota-cover-cancel"),
    *views.RotaPage.urls("rotas/<slug:key>/"),
]
