"""What the ledger says of rotas, escalation paths and routes. People appear by reference only."""

from governance.ledger.kinds import EventKind, register

ROTA = ("team", "time_zone")
LAYER = ("layer", "order", "people", "rotation", "every", "handover", "starts_on", "restriction")
ROUTE = ("answers", "category", "tier", "team", "surface", "path")

register(
    EventKind("rota.made", "made the rota", fields=ROTA),
    EventKind("rota.changed", "changed the rota", fields=ROTA),
    EventKind("rota.layer_set", "set the layer {layer}", fields=LAYER),
    EventKind("rota.layer_removed", "removed the layer {layer}", fields=("layer", "order")),
    EventKind("rota.retired", "retired the rota"),
    EventKind("rota.covered", "put somebody else on call", fields=("rota", "person", "starts_at", "ends_at"), tone="held"),
    EventKind("rota.cover_ended", "ended an override before its time", fields=("rota", "person")),
    EventKind("rota.cover_cancelled", "called an override off", fields=("rota", "person")),
    EventKind("escalation_path.made", "made the escalation path", fields=("team", "repeat", "steps")),
    EventKind("escalation_path.changed", "changed the escalation path", fields=("team", "repeat")),
    EventKind("escalation_path.steps_set", "set the steps of the path", fields=("steps",)),
    EventKind("escalation_path.tried", "tried the escalation path", fields=("told",)),
    EventKind("escalation_path.retired", "retired the escalation path"),
    EventKind("on_call_route.made", "routed {answers} to {path}", fields=ROUTE),
    EventKind("on_call_route.led", "led the route for {answers} to {path}", fields=ROUTE, tone="held"),
    EventKind("on_call_route.removed", "removed the route for {answers}", fields=ROUTE),
    EventKind("calendar_feed.made", "made a calendar feed", fields=("shows",)),
    EventKind("calendar_feed.revoked", "revoked a calendar feed", fields=("shows",)),
)
