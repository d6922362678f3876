"""What policy says of postmortems: when one is demanded, from which template, with which causes, what stays inside."""

from collections.abc import Mapping

from governance.policy import queries as policy
from governance.policy.incidentrules import TemplateSection
from governance.policy.models import Severity
from incidents.cases.models import Incident
from incidents.running import queries as running


def sections_for(severity: str) -> tuple[TemplateSection, ...]:
    """Return the texts that a postmortem of this severity asks for."""
    return policy.incident_rules().template_for(severity).sections


def causes() -> Mapping[str, str]:
    """Return the causes that a postmortem can name: key and name, in the policy's order."""
    return {key: cause.name for key, cause in policy.incident_rules().causes.items()}


def cause_named(key: str, known: Mapping[str, str] | None = None) -> str:
    """Return a cause in words; one that policy has dropped since by its key. `known` saves asking for many."""
    return (causes() if known is None else known).get(key, key.replace("_", " ").capitalize())


def explained() -> list[tuple[str, str]]:
    """Return the causes as choices, each with what it means."""
    return [
        (key, f"{cause.name}: {cause.description}" if cause.description else cause.name)
        for key, cause in policy.incident_rules().causes.items()
    ]


def redacted() -> frozenset[str]:
    """Return the parts that the edition for outside leaves out."""
    return frozenset(policy.incident_rules().redacted)


def section_names() -> Mapping[str, str]:
    """Return what the texts of the policy's templates are called, by their key."""
    return {each.key: each.name for template in policy.incident_rules().templates for each in template.sections}


def demanded(incident: Incident) -> bool:
    """Whether an incident closes only with an approved postmortem (R11): by its triage, or by policy as it is now.

    What was imported lies in the past of others, and is held only to what its triage here said.
    """
    if incident.postmortem_demanded or incident.source == Incident.Source.IMPORT:
        return incident.postmortem_demanded
    orders = dict(Severity.objects.values_list("key", "order"))
    start = running.threshold(incident.tier)
    return incident.severity in orders and start in orders and orders[incident.severity] <= orders[start]


def threshold(incident: Incident) -> str:
    """Say in words which rule demands the postmortem."""
    start = running.threshold(incident.tier)
    where = f"In tier {incident.tier}" if incident.tier is not None else "Where no surface is known"
    return f"{where} policy demands a postmortem from {start} up; this is {incident.severity}."
