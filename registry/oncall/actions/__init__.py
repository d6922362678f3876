"""The only writers of on call."""

from registry.oncall.actions.covering import cancel_cover, cover
from registry.oncall.actions.feeds import MadeFeed, make_feed, revoke_feed
from registry.oncall.actions.founding import install_fallback, install_for_founded
from registry.oncall.actions.paths import StepTerms, change_path, make_path, retire_path, set_steps, try_path
from registry.oncall.actions.rotas import LayerTerms, change_rota, make_rota, remove_layer, retire_rota, set_layer, set_layers
from registry.oncall.actions.routing import lead_route, make_route, remove_route

__all__ = [
    "LayerTerms",
    "MadeFeed",
    "StepTerms",
    "cancel_cover",
    "change_path",
    "change_rota",
    "cover",
    "install_fallback",
    "install_for_founded",
    "lead_route",
    "make_feed",
    "make_path",
    "make_rota",
    "make_route",
    "remove_layer",
    "remove_route",
    "retire_path",
    "retire_rota",
    "revoke_feed",
    "set_layer",
    "set_layers",
    "set_steps",
    "try_path",
]
