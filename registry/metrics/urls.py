"""Addresses of the lists behind metrics."""

from registry.metrics.lists import CoverageList

urlpatterns = [*CoverageList.urls("scorecard/eval-coverage/surfaces/")]
