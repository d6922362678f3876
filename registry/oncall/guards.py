"""What the database refuses about routes and paths, whoever asks. Imported with the tables.

Somebody is always called: the fallback route stays, every route leads to an active path with a step, and a path that a
route leads to keeps one.
"""

from governance.ledger.appendonly import guard
from registry.oncall.models import EscalationPath, EscalationStep, Rota, RotaOverride, Route

OPEN = "{row}.category = '' AND {row}.tier IS NULL AND {row}.team_id IS NULL AND {row}.surface_id IS NULL"
FALLBACK, STILL = OPEN.format(row="OLD"), OPEN.format(row="NEW")
LEADS_NOWHERE = (
    "NOT EXISTS (SELECT 1 FROM registry_escalationstep s JOIN registry_escalationpath p ON p.id = s.path_id"
    " WHERE s.path_id = NEW.path_id AND p.state = 'active')"
)
guard("fallback_route_stays", Route, "DELETE", FALLBACK, "the fallback route cannot be removed")
guard(
    "fallback_route_stays_open",
    Route,
    "UPDATE",
    f"({FALLBACK}) AND NOT ({STILL})",
    "the fallback route answers everything that no other does",
)
for _event in ("INSERT", "UPDATE"):
    guard(
        f"route_leads_somewhere_{_event.lower()}",
        Route,
        _event,
        LEADS_NOWHERE,
        "a route leads to an active path that has a step",
    )
guard(
    "path_in_use_keeps_a_step",
    EscalationStep,
    "DELETE",
    "EXISTS (SELECT 1 FROM registry_route r WHERE r.path_id = OLD.path_id)"
    " AND NOT EXISTS (SELECT 1 FROM registry_escalationstep s WHERE s.path_id = OLD.path_id AND s.id <> OLD.id)",
    "a path that a route leads to keeps a step",
)
guard("step_stays_in_its_path", EscalationStep, "UPDATE", "NEW.path_id <> OLD.path_id", "a step stays in its path")
guard(
    "path_in_use_is_not_retired",
    EscalationPath,
    "UPDATE",
    "NEW.state = 'retired' AND OLD.state <> 'retired' AND EXISTS (SELECT 1 FROM registry_route r WHERE r.path_id = NEW.id)",
    "a path that a route leads to is not retired",
)
guard(
    "rota_in_use_is_not_retired",
    Rota,
    "UPDATE",
    "NEW.state = 'retired' AND OLD.state <> 'retired' AND EXISTS (SELECT 1 FROM registry_escalationstep s"
    " JOIN registry_escalationpath p ON p.id = s.path_id WHERE s.rota_id = NEW.id AND p.state = 'active')",
    "a rota that an escalation path calls is not retired",
)
guard(
    "overrides_do_not_overlap",
    RotaOverride,
    "INSERT",
    "EXISTS (SELECT 1 FROM registry_rotaoverride o WHERE o.rota_id = NEW.rota_id AND o.cancelled_at IS NULL"
    " AND o.starts_at < NEW.ends_at AND o.ends_at > NEW.starts_at)",
    "two overrides of a rota do not cover the same moment",
)
