"""Which fields of a surface a file can fill, and the names that real inventories use for them."""

from __future__ import annotations

from governance.core.tabular.choices import Choice
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from governance.core.text import MAX_NAME, MAX_TEXT
from governance.policy import queries as policy
from registry.surfaces.models import Pattern, SurfaceState

LABELS = {
    "name": "Name",
    "purpose": "Purpose",
    "team": "Team",
    "owner": "Owner",
    "vendor": "Vendor",
    "pattern": "Integration pattern",
    "tier": "Tier",
    "state": "State",
    "topic": "Topic",
    "external_id": "Own number",
    "started_on": "In use since",
    "review_on": "Next review",
    "retired_on": "Retired on",
    "attributes": "Other facts",
}

_STATES = (
    Choice(
        SurfaceState.IDEA,
        "Idea",
        ("planned", "initiated", "initiation", "proposed", "ideation", "backlog", "requested", "concept", "new"),
    ),
    Choice(
        SurfaceState.BUILDING,
        "Being built",
        (
            *("acquisition and/or development", "implementation and assessment", "in development", "development", "pilot"),
            *(
                "piloting",
                "building",
                "build",
                "testing",
                "in progress",
                "prototype",
                "pre-deployment",
                "proof of concept",
                "poc",
            ),
            *("implementation", "procurement", "active development", "research", "research and development", "r&d"),
        ),
    ),
    Choice(
        SurfaceState.LIVE,
        "Live",
        (
            *("operation and maintenance", "operations and maintenance", "in production", "production", "operational"),
            *("deployed", "live", "in use", "active", "running", "launched", "released", "in operation", "ga", "in mission"),
        ),
    ),
    Choice(SurfaceState.PAUSED, "Paused", ("on hold", "suspended", "inactive", "stopped")),
    Choice(
        SurfaceState.RETIRED, "Retired", ("decommissioned", "sunset", "terminated", "cancelled", "canceled", "closed", "ended")
    ),
)
_PATTERNS = (
    Choice(Pattern.SAAS_APP, "SaaS app used directly", ("saas", "saas app", "web app", "chatbot subscription")),
    Choice(Pattern.SAAS_COPILOT, "SaaS copilot in a suite", ("copilot", "embedded copilot", "embedded ai", "suite")),
    Choice(Pattern.IDE_ASSISTANT, "IDE assistant", ("ide", "coding assistant", "code assistant", "developer tool")),
    Choice(Pattern.OWN_BACKEND, "API through our backend", ("api", "backend", "own application", "custom application")),
    Choice(Pattern.CLOUD_MANAGED, "Cloud-managed model", ("cloud", "bedrock", "azure openai", "vertex", "managed service")),
    Choice(Pattern.SELF_HOSTED, "Self-hosted open model", ("self-hosted", "on premises", "on-prem", "open model", "local")),
    Choice(Pattern.HYBRID_ROUTER, "Hybrid router", ("router", "hybrid", "gateway")),
)


def fields() -> list[TargetField]:
    """Return the fields, tiers by the names that policy gives them now."""
    tiers = tuple(
        Choice(
            str(number), f"Tier {number}", (f"T{number}", f"Level {number}", tier.name, f"{number}.0", f"{number} {tier.name}")
        )
        for number, tier in policy.tiers().items()
    )
    return [
        TargetField(
            "name",
            "Name",
            required=True,
            unique=True,
            max_length=MAX_NAME,
            aliases=(
                *("use case name", "title", "surface", "application name", "system", "project name", "product", "use case"),
                *("ai system", "model name", "initiative", "solution", "tool name", "feature", "workflow", "what"),
            ),
            not_in=("owner", "vendor", "agency", "id"),
            help="What people call it.",
        ),
        TargetField(
            "purpose",
            "Purpose",
            Kind.PROSE,
            max_length=MAX_TEXT,
            joins=True,
            aliases=(
                *("intended purpose", "description", "summary", "what it does", "business purpose", "expected benefits"),
                *("objective", "details", "use case description", "scope", "notes"),
            ),
            help="What it is for. Several columns can be joined.",
        ),
        TargetField(
            "team",
            "Team",
            max_length=200,
            aliases=(
                *("agency", "department", "business unit", "division", "bureau", "organisation", "organization", "group"),
                *("owning team", "component", "office", "function", "unit", "area"),
            ),
            not_in=("abbreviation",),
            help="Who owns and pays for it.",
        ),
        TargetField(
            "owner",
            "Owner",
            Kind.PERSON,
            max_length=254,
            aliases=(
                *("owner email", "business owner", "product owner", "accountable", "responsible", "contact", "point of contact"),
                *("system owner", "responsible person", "owner name", "lead", "sponsor", "poc", "maintainer"),
            ),
            help="One accountable person, by e-mail address or full name.",
        ),
        TargetField(
            "vendor",
            "Vendor",
            max_length=200,
            aliases=("supplier", "provider", "vendor name", "manufacturer", "third party", "model provider", "company"),
            not_in=("how",),
        ),
        TargetField(
            "pattern",
            "Integration pattern",
            Kind.CHOICE,
            choices=_PATTERNS,
            aliases=("integration", "pattern", "type", "deployment type", "architecture", "hosting", "delivery model"),
        ),
        TargetField(
            "tier",
            "Tier",
            Kind.CHOICE,
            choices=tiers,
            aliases=("risk tier", "risk level", "risk classification", "risk", "criticality", "risk rating", "risk category"),
        ),
        TargetField(
            "state",
            "State",
            Kind.CHOICE,
            choices=_STATES,
            aliases=("stage", "status", "stage of development", "lifecycle", "life cycle stage", "phase", "development stage"),
        ),
        TargetField(
            "topic",
            "Topic",
            max_length=200,
            aliases=("topic area", "use case topic area", "category", "domain", "theme", "business area", "subject"),
        ),
        TargetField(
            "external_id",
            "Own number",
            Kind.KEY,
            unique=True,
            max_length=200,
            aliases=("id", "use case id", "inventory id", "external id", "reference", "ref", "number", "identifier", "asset id"),
            help="The number by which another register knows it. Rows with the same number are the same surface.",
        ),
        TargetField(
            "key",
            "Plumbline's own key",
            Kind.KEY,
            unique=True,
            max_length=40,
            aliases=("surface key", "plumbline key"),
            help="S-0418. Rows with a key change that surface.",
        ),
        TargetField(
            "started_on",
            "In use since",
            Kind.DATE,
            aliases=(
                *("date implemented", "go live date", "go-live", "live since", "start date", "deployed on", "date deployed"),
                *("launch date", "implementation date", "started on", "in use since", "deployment date"),
            ),
        ),
        TargetField(
            "review_on",
            "Next review",
            Kind.DATE,
            aliases=("review date", "next review date", "review due", "reassessment date", "review on"),
        ),
        TargetField(
            "retired_on",
            "Retired on",
            Kind.DATE,
            aliases=("date retired", "end date", "retirement date", "decommission date", "sunset date"),
        ),
    ]
