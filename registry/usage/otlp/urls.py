"""The address at which OpenTelemetry's exporters deliver; its path is the standard's."""

from django.urls import path

from registry.usage.otlp import views

urlpatterns = [path("v1/traces", views.traces, name="otlp-traces")]
