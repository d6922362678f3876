"""What on call contributes to the kernel's pages."""

from governance.core.contributions import contribute
from governance.people.offers import FoundingStep
from registry.oncall import actions

contribute(FoundingStep("on-call", actions.install_fallback, order=120))
