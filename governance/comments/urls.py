"""Addresses of comments."""

from django.urls import path

from governance.comments.views import Speak

urlpatterns = [path("<str:model>/<str:pk>/", Speak.as_view(), name="comment")]
