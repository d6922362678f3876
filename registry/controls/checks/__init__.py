"""The checks: one small pure function for each control, over the facts of one surface.

`CHECKS` maps the key of an automatic control to its function; whatever policy attests goes through `proof.attested`.
"""

from collections.abc import Callable, Mapping

from registry.controls.checks import catalogue, contract, people, proof
from registry.controls.checks.finding import Finding
from registry.controls.held import Held

CHECKS: Mapping[str, Callable[[Held], Finding]] = {
    check.__name__: check
    for check in (
        contract.no_sensitive_data,
        contract.human_review,
        contract.human_override,
        contract.logging_minimum,
        contract.failure_fallbacks,
        contract.irreversible_approved,
        contract.constrained_tools,
        contract.rollback_artefact,
        contract.rollback_target,
        contract.kill_switch,
        people.owner_active,
        people.raci_complete,
        people.on_call_route,
        people.budget_set,
        people.two_person_rule,
        catalogue.data_rules,
        catalogue.approved_catalogue,
        catalogue.vendor_review,
        proof.evals_above_threshold,
        proof.owasp_clear,
        proof.drilled_kill_switch,
    )
}
