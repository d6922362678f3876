"""What the columns of a list of past incidents can be matched to."""

from governance.core.tabular.choices import Choice
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from governance.core.text import MAX_NAME, MAX_TEXT
from governance.policy.models import IncidentCategory, Severity

LABELS = {
    "title": "Title",
    "what": "What happened",
    "where": "Where",
    "occurred_at": "When it happened",
    "reported_at": "When it was reported",
    "resolved_at": "When it was over",
    "category": "Category",
    "severity": "Severity",
    "near_miss": "Near miss",
    "surface": "Surface",
    "vendor": "Vendor",
    "impact": "Impact",
    "summary": "Summary",
    "parties": "Parties and other facts",
    "source_ref": "Number elsewhere",
}
DAYS = {"occurred_on": "occurred_at", "reported_on": "reported_at", "resolved_on": "resolved_at"}
PARTIES = {"deployer": "deployer", "developer": "developer", "harmed": "harmed"}


def fields() -> list[TargetField]:
    """Return the fields; categories and severities are those of the policy."""
    return [*_texts(), *_dates(), *_parties(), *_kinds()]


def _texts() -> list[TargetField]:
    return [
        TargetField(
            "title",
            "Title",
            required=True,
            max_length=MAX_NAME,
            aliases=("headline", "name", "incident", "incident title", "subject", "short description"),
        ),
        TargetField(
            "what",
            "What happened",
            Kind.PROSE,
            max_length=MAX_TEXT,
            joins=True,
            aliases=("description", "details", "narrative", "what", "long description", "report text"),
        ),
        TargetField(
            "source_ref",
            "Number elsewhere",
            unique=True,
            max_length=200,
            aliases=("incident id", "incident number", "ticket", "case id", "case number", "reference", "ref"),
            help="Rows of the same number are the same incident.",
        ),
        TargetField("where", "Where", max_length=4000, aliases=("location", "place", "channel", "system", "application")),
        TargetField("impact", "Impact", Kind.PROSE, max_length=MAX_TEXT, aliases=("consequences", "harm", "effect", "damage")),
        TargetField("summary", "Summary", Kind.PROSE, max_length=MAX_TEXT, aliases=("resolution", "outcome", "conclusion")),
    ]


def _dates() -> list[TargetField]:
    return [
        TargetField(
            "occurred_on",
            "When it happened",
            Kind.DATE,
            aliases=("date", "incident date", "date of incident", "occurred", "occurred on", "event date", "start date"),
        ),
        TargetField(
            "reported_on",
            "When it was reported",
            Kind.DATE,
            aliases=("reported", "reported on", "date reported", "report date", "opened", "created", "date opened"),
        ),
        TargetField(
            "resolved_on",
            "When it was over",
            Kind.DATE,
            aliases=("resolved", "resolved on", "date resolved", "closed", "closed on", "date closed", "end date"),
        ),
    ]


def _parties() -> list[TargetField]:
    return [
        TargetField(
            "deployer",
            "Deployer",
            Kind.LIST,
            aliases=("alleged deployer of ai system", "deployers", "operator", "deployed by", "organisation", "organization"),
        ),
        TargetField(
            "developer",
            "Developer",
            Kind.LIST,
            aliases=("alleged developer of ai system", "developers", "developed by", "maker", "provider"),
        ),
        TargetField(
            "harmed",
            "Harmed or nearly harmed",
            Kind.LIST,
            aliases=("alleged harmed or nearly harmed parties", "harmed parties", "affected parties", "victims", "affected"),
        ),
    ]


def _kinds() -> list[TargetField]:
    severities = tuple(Choice(each.key, each.name) for each in Severity.objects.all())
    categories = tuple(
        Choice(each.key, each.name, (each.plain_words,) if each.plain_words else ())
        for each in IncidentCategory.objects.filter(is_retired=False)
    )
    return [
        TargetField(
            "category", "Category", Kind.CHOICE, choices=categories, aliases=("type", "incident type", "kind", "classification")
        ),
        TargetField(
            "severity", "Severity", Kind.CHOICE, choices=severities, aliases=("priority", "sev", "level", "impact level")
        ),
        TargetField("near_miss", "Near miss", Kind.YES_NO, aliases=("near-miss", "is near miss", "no harm")),
        TargetField(
            "surface", "Surface", max_length=MAX_NAME, aliases=("surface key", "ai system", "model", "product", "service")
        ),
        TargetField("vendor", "Vendor", max_length=200, aliases=("supplier", "third party", "model vendor")),
    ]
