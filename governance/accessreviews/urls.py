"""Addresses of access reviews."""

from django.urls import path

from governance.accessreviews import views

urlpatterns = [
    *views.ReviewList.urls(""),
    *views.LineList.urls("lines/"),
    path("new/", views.OpenReview.as_view(), name="access-review-new"),
    path("<str:key>/close/", views.CloseReview.as_view(), name="access-review-close"),
    path("<str:key>/hand-over/", views.HandOver.as_view(), name="access-review-hand-over"),
    path("<str:key>/cancel/", views.CancelReview.as_view(), name="access-review-cancel"),
    path("<str:key>/lines/<int:line>/confirm/", views.ConfirmLine.as_view(), name="access-line-confirm"),
    path("<str:key>/lines/<int:line>/revoke/", views.RevokeLine.as_view(), name="access-line-revoke"),
    *views.ReviewPage.urls("<str:key>/"),
]
