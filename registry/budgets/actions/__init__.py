"""The only writers of error budgets: objectives, what is counted for them, and what follows from that."""

from registry.budgets.actions.counting import Counted, Item, count, count_incident, count_many, count_observed, count_run
from registry.budgets.actions.facts import IncidentFacts
from registry.budgets.actions.keeping import add, edit, give_owner, retire
from registry.budgets.actions.settling import digest_of, seal, settle, settle_due

__all__ = [
    "Counted",
    "IncidentFacts",
    "Item",
    "add",
    "count",
    "count_incident",
    "count_many",
    "count_observed",
    "count_run",
    "digest_of",
    "edit",
    "give_owner",
    "retire",
    "seal",
    "settle",
    "settle_due",
]
