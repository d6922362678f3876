"""The address behind the link in an alert."""

from django.urls import path

from incidents.answering.views import Answer

urlpatterns = [path("<str:token>/", Answer.as_view(), name="alert-answer")]
