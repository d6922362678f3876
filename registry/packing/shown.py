"""What packing contributes: the scopes that a pack can have, and the sections that fill it."""

from governance.core.contributions import contribute
from registry.packing import scopes

for _scope in scopes.SCOPES:
    contribute(_scope)
