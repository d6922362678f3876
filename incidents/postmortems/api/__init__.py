"""Postmortems, action items, cases asked for and closings over REST."""

from incidents.postmortems.api.cases import CaseApi
from incidents.postmortems.api.closures import ClosureApi
from incidents.postmortems.api.items import ItemApi
from incidents.postmortems.api.postmortems import PostmortemApi

__all__ = ["CaseApi", "ClosureApi", "ItemApi", "PostmortemApi"]
