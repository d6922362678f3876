"""The only writers of people, teams, positions and tokens; one module for each thing, gathered here for callers."""

from governance.people.actions.founding import change_company, found_company
from governance.people.actions.persons import add_person, change_person, change_role, set_password
from governance.people.actions.positions import change_position, create_position, end_holding, name_holder
from governance.people.actions.services import create_service_account
from governance.people.actions.teams import change_team, create_team, remove_team
from governance.people.actions.tokens import create_token, revoke_token

__all__ = [
    "add_person",
    "change_company",
    "change_person",
    "change_position",
    "change_role",
    "change_team",
    "create_position",
    "create_service_account",
    "create_team",
    "create_token",
    "end_holding",
    "found_company",
    "name_holder",
    "remove_team",
    "revoke_token",
    "set_password",
]
