"""Addresses of aliases."""

from django.urls import path

from registry.usage.aliases import views

urlpatterns = [
    *views.AliasList.urls("aliases/"),
    path("aliases/new/", views.NewAlias.as_view(), name="usage-alias-new"),
    path("aliases/<str:key>/", views.ChangeAlias.as_view(), name="usage-alias"),
    path("aliases/<str:key>/remove/", views.RemoveAlias.as_view(), name="usage-alias-remove"),
]
