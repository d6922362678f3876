"""The only writers of people, teams, positions and tokens; one module for each thing, gathered here for callers."""

from governance.people.actions.delegations import give_delegation, revoke_delegation
from governance.people.actions.founding import change_company, found_company
from governance.people.actions.invitations import (
    accept_invitation,
    invite,
    mail_again,
    open_invitation,
    renew_invitation,
    revoke_invitation,
    send_invitation,
)
from governance.people.actions.leaving import deactivate, erase, reactivate, reassign
from governance.people.actions.persons import add_person, change_person, change_role, set_password
from governance.people.actions.positions import change_position, create_position, end_holding, name_holder
from governance.people.actions.services import create_service_account
from governance.people.actions.sessions import end_session, end_sessions, forget_sessions, note_reset_link, note_sign_in_change
from governance.people.actions.teams import change_team, create_team, remove_team
from governance.people.actions.tokens import create_token, revoke_token

__all__ = [
    "accept_invitation",
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
    "deactivate",
    "end_holding",
    "end_session",
    "end_sessions",
    "erase",
    "forget_sessions",
    "found_company",
    "give_delegation",
    "invite",
    "mail_again",
    "name_holder",
    "note_reset_link",
    "note_sign_in_change",
    "open_invitation",
    "reactivate",
    "reassign",
    "remove_team",
    "renew_invitation",
    "revoke_delegation",
    "revoke_invitation",
    "revoke_token",
    "send_invitation",
    "set_password",
]
