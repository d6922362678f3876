"""The only writers of the catalogue."""

from registry.catalog.actions.datarules import RuleChange, set_rules
from registry.catalog.actions.facts import add_endpoint, add_tool, add_vendor, change_item, give_owner, set_price
from registry.catalog.actions.standing import propose, reopen, retire, settle, suspend
from registry.catalog.actions.terms import review_vendor, set_terms

__all__ = [
    "RuleChange", "add_endpoint", "add_tool", "add_vendor", "change_item", "give_owner", "propose", "reopen", "retire",
    "review_vendor", "set_price", "set_rules", "set_terms", "settle", "suspend",
]  # fmt: skip
