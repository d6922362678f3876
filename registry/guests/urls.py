"""Addresses of guests' access and of auditors' questions."""

from django.urls import path

from registry.guests import views

urlpatterns = [
    *views.GuestList.urls("guests/"),
    path("guests/new/", views.LetIn.as_view(), name="guest-new"),
    path("guests/<str:key>/extend/", views.Extend.as_view(), name="guest-extend"),
    path("guests/<str:key>/end/", views.End.as_view(), name="guest-end"),
    *views.GuestPage.urls("guests/<str:key>/"),
    *views.QuestionList.urls("audit-questions/"),
    path("audit-questions/ask/<str:model>/<str:pk>/", views.Ask.as_view(), name="audit-question-ask"),
    path("audit-questions/<str:key>/answer/", views.Answer.as_view(), name="audit-question-answer"),
    path("audit-questions/<str:key>/reopen/", views.Reopen.as_view(), name="audit-question-reopen"),
    path("audit-questions/<str:key>/accept/", views.Accept.as_view(), name="audit-question-accept"),
    path("audit-questions/<str:key>/hand-over/", views.HandOver.as_view(), name="audit-question-hand-over"),
    *views.QuestionPage.urls("audit-questions/<str:key>/"),
]
