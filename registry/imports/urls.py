"""Addresses of imports."""

from django.urls import path

from registry.imports import views

urlpatterns = [
    *views.ImportList.urls(""),
    path("upload/", views.Upload.as_view(), name="import-upload"),
    path("mappings/<int:pk>/remove/", views.RemoveProfile.as_view(), name="import-profile-remove"),
    path("<str:key>/columns/", views.ColumnsPage.as_view(), name="import-columns"),
    path("<str:key>/columns/mapping/", views.TakeProfile.as_view(), name="import-profile-take"),
    path("<str:key>/columns/save/", views.SaveProfile.as_view(), name="import-profile"),
    path("<str:key>/reading/", views.ReadAgain.as_view(), name="import-reading"),
    path("<str:key>/commit/", views.Commit.as_view(), name="import-commit"),
    path("<str:key>/undo/", views.Undo.as_view(), name="import-undo"),
    path("<str:key>/discard/", views.Discard.as_view(), name="import-discard"),
    path("<str:key>/release/", views.Release.as_view(), name="import-release"),
    path("<str:key>/progress/", views.ImportProgress.as_view(), name="import-progress"),
    path("<str:key>/refused.<slug:form>", views.RefusedFile.as_view(), name="import-refused"),
    path("<str:key>/", views.ImportPage.as_view(), name="import"),
]
