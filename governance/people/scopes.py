"""What an API token may be used for: the one list of scopes, and the widest set for each role."""

from collections.abc import Collection, Iterable

from governance.people.models import Role

SCOPES = {
    "registry:read": "Read vendors, endpoints, tools, surfaces, contracts and changes",
    "registry:write": "Register and change them, import files",
    "approvals:read": "Read approval requests and decisions",
    "approvals:write": "Ask for approval, decide, withdraw",
    "policy:read": "Read tiers, data classes, routes and versions of the policy",
    "policy:write": "Draft and propose changes of policy",
    "people:read": "Read people, teams, positions and delegations",
    "people:write": "Invite and change people, teams, positions; delegate",
    "controls:read": "Read controls, evidence, exceptions, risks, drills and checklists",
    "controls:write": "Collect evidence, answer checklists, ask for exceptions, keep risks, drills and freeze windows",
    "evals:read": "Read eval suites, their runs and gate checks",
    "evals:write": "Keep eval suites, post runs, ask the gate",
    "incidents:read": "Read incidents, their clocks, alerts and postmortems",
    "incidents:write": "Report and run incidents, pull levers, write postmortems",
    "oncall:read": "Read rotas, escalation paths and routes",
    "oncall:write": "Keep rotas, escalation paths and routes",
    "budgets:read": "Read error budgets and what they hold",
    "budgets:write": "Keep error budgets and post what counts against them",
    "channels:read": "Read channels and what was delivered",
    "channels:write": "Keep channels, test them, deliver again",
    "usage:read": "Read observations, findings, spend and the board's question",
    "usage:write": "Send observations, deployments and defects; keep sources, findings, prices and spend limits",
    "scorecard:read": "Read the scorecard, reviews and the calendar",
    "scorecard:write": "Seal snapshots, keep reviews and checklists",
    "decisions:read": "Ask whether a surface may send data to an endpoint or call a tool",
    "documents:read": "Read and download documents",
    "documents:write": "Have documents made, and edit the charter",
    "ledger:read": "Read the ledger, its checkpoints and proofs, and the history of things",
    "ledger:write": "Seal, publish and verify the ledger, keep witnesses",
    "packs:read": "Read and download audit packs and the AI bill of materials",
    "packs:write": "Have audit packs built",
    "rooms:read": "Read buyer's rooms, questionnaires and answers",
    "rooms:write": "Keep buyer's rooms, questionnaires and answers",
    "privacy:read": "Read erasures, retention and legal holds",
    "privacy:write": "Erase people, keep retention and legal holds",
}
WRITES = frozenset(name for name in SCOPES if name.endswith(":write"))
READS = frozenset(SCOPES) - WRITES
KEEPERS = frozenset({"policy:write", "privacy:write", "ledger:write"})
WIDEST: dict[str, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(SCOPES),
    Role.RISK_OFFICER: frozenset(SCOPES),
    Role.LEADER: frozenset(SCOPES) - KEEPERS,
    Role.MEMBER: frozenset(SCOPES) - KEEPERS,
    Role.AUDITOR: READS,
    Role.GUEST_AUDITOR: READS - {"people:read", "privacy:read", "rooms:read"},
    Role.SERVICE: frozenset(SCOPES) - {"policy:write", "privacy:write", "people:write"},
}


def widest(role: str) -> frozenset[str]:
    """Return the most that a token of somebody with this role may be used for."""
    return WIDEST[role]


def within(role: str, scopes: Iterable[str]) -> frozenset[str]:
    """Return what of a token's scopes the owner's present role still covers."""
    return frozenset(scopes) & widest(role)


def unknown(scopes: Collection[str]) -> list[str]:
    """Return the scopes that do not exist."""
    return sorted(set(scopes) - set(SCOPES))


def choices_for(role: str) -> list[tuple[str, str]]:
    """Return (scope, label) pairs that an owner with this role may choose from, in the order of the list."""
    return [(name, label) for name, label in SCOPES.items() if name in widest(role)]
