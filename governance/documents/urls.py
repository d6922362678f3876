"""Addresses of documents."""

from django.urls import path

from governance.documents import views

urlpatterns = [
    *views.DocumentList.urls(""),
    path("make/<slug:kind>/<str:subject>/", views.MakeDocument.as_view(), name="document-make"),
    path("<str:code>/file.pdf", views.DocumentFile.as_view(), name="document-file"),
    *views.DocumentPage.urls("<str:code>/"),
]
