"""What packing contributes: an incident as a scope, and what a pack tells of incidents."""

from governance.core.contributions import contribute
from incidents.packing import scopes, told

contribute(scopes.SCOPE)
contribute(told.SECTION)
