"""Rotas, escalation paths and routes over REST."""

from registry.oncall.api.paths import PathApi
from registry.oncall.api.rotas import RotaApi
from registry.oncall.api.routes import RouteApi

__all__ = ["PathApi", "RotaApi", "RouteApi"]
