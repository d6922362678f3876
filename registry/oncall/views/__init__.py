"""Pages of on call: rotas with their calendar, escalation paths, routes, calendar feeds."""

from registry.oncall.views.doing import (
    AddLayer,
    CancelCover,
    ChangeLayer,
    ChangeRota,
    Cover,
    NewRota,
    RemoveLayer,
    RetireRota,
)
from registry.oncall.views.feeds import FeedsPage, MakeFeed, RevokeFeed, calendar_file
from registry.oncall.views.paths import ChangePath, ChangeSteps, NewPath, PathList, PathPage, RetirePath, TryPath
from registry.oncall.views.rotas import RotaList, RotaPage
from registry.oncall.views.routes import LeadRoute, NewRoute, RemoveRoute, RouteList, RoutePage, TryRoutes

__all__ = [
    "AddLayer",
    "CancelCover",
    "ChangeLayer",
    "ChangePath",
    "ChangeRota",
    "ChangeSteps",
    "Cover",
    "FeedsPage",
    "LeadRoute",
    "MakeFeed",
    "NewPath",
    "NewRota",
    "NewRoute",
    "PathList",
    "PathPage",
    "RemoveLayer",
    "RemoveRoute",
    "RetirePath",
    "RetireRota",
    "RevokeFeed",
    "RotaList",
    "RotaPage",
    "RouteList",
    "RoutePage",
    "TryPath",
    "TryRoutes",
    "calendar_file",
]
