"""Addresses that are printed on paper: short, and open to everybody."""

from django.urls import path

from governance.documents import checking

urlpatterns = [
    path("", checking.CheckStart.as_view(), name="check-start"),
    path("certificates.pem", checking.certificates, name="certificates"),
    path("<str:code>.json", checking.check_json, name="check-json"),
    path("<str:code>", checking.Check.as_view(), name="check"),
]
