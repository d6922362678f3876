"""Mapping sessions over REST."""

from registry.mapping.api.resources import LineApi, SessionApi

__all__ = ["LineApi", "SessionApi"]
