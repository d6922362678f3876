"""Addresses of verification, below those of the ledger."""

from django.urls import path

from governance.verification.views import AcceptFindings, VerificationList, VerificationPage, Verify

urlpatterns = [
    path("verify/", Verify.as_view(), name="verify"),
    *VerificationList.urls("verification/"),
    path("verification/<str:key>/accept/", AcceptFindings.as_view(), name="verification-accept"),
    *VerificationPage.urls("verification/<str:key>/"),
]
