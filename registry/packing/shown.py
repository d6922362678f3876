"""What packing contributes: the scopes that a pack can have, and the sections that fill it."""

from governance.core.contributions import HealthCheck, contribute
from registry.packing import (
    billed,
    bought,
    changing,
    controlled,
    decided,
    found,
    governed,
    measured,
    naming,
    parties,
    register,
    scopes,
    shownby,
    specs,
    spent,
    telling,
    tried,
    waived,
)

for _scope in scopes.SCOPES:
    contribute(_scope)
for _section in (
    register.SECTION,
    specs.SECTION,
    parties.SECTION,
    decided.SECTION,
    changing.CONTRACTS,
    changing.SECTION,
    controlled.SECTION,
    shownby.SECTION,
    *waived.SECTIONS,
    found.SECTION,
    spent.SECTION,
    *measured.SECTIONS,
    *tried.SECTIONS,
    bought.SECTION,
    billed.SECTION,
    *governed.SECTIONS,
    telling.SECTION,
):
    contribute(_section)
contribute(HealthCheck("packing", naming.trouble))
