"""Suites and runs over REST."""

from registry.evals.api.runs import RunApi
from registry.evals.api.suites import SuiteApi

__all__ = ["RunApi", "SuiteApi"]
