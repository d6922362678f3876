"""The tables of on call. What must never be lost is refused in guards.py."""

from registry.oncall.models.paths import LONGEST_WAIT, MOST_REPEATS, EscalationPath, EscalationStep, Route
from registry.oncall.models.rotas import LONGEST_TURN, CalendarFeed, LayerPerson, Rota, RotaLayer, RotaOverride

__all__ = [
    "LONGEST_TURN",
    "LONGEST_WAIT",
    "MOST_REPEATS",
    "CalendarFeed",
    "EscalationPath",
    "EscalationStep",
    "LayerPerson",
    "Rota",
    "RotaLayer",
    "RotaOverride",
    "Route",
]
