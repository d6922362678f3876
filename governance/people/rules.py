"""Who may do what with people, teams, positions and tokens (R1, R3). Pure: no clock, no writes."""

from datetime import date, datetime

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people.models import Role, User
from governance.people.roles import READS_ONLY

ADMINISTRATORS = ("An administrator",)
KEEPERS = ("An administrator", "A risk officer")
PERSON_ROLES = tuple(role for role in Role if role is not Role.SERVICE)


def is_system(user: User) -> bool:
    """Whether Plumbline itself acts."""
    return user.kind == User.Kind.SYSTEM


def may_write(user: User) -> Verdict:
    """Whether the account may change anything at all."""
    if is_system(user):
        return ALLOW
    if not user.is_active:
        return deny("This account is deactivated.", "Ask an administrator to reactivate it.", ADMINISTRATORS)
    if user.role in READS_ONLY:
        return deny("Auditors read everything and change nothing.", "Ask somebody who works on it to do this.")
    return ALLOW


def _holds(user: User, roles: tuple[str, ...], what: str, grantors: tuple[str, ...]) -> Verdict:
    if is_system(user):
        return ALLOW
    if user.is_active and user.role in roles:
        return ALLOW
    who = " or ".join(each.lower() for each in grantors)
    return deny(f"Only {who} may {what}.", f"Ask {who}.", grantors)


def may_administer_people(actor: User) -> Verdict:
    """Whether somebody may add, change, deactivate and invite people and make service accounts."""
    return _holds(actor, (Role.ADMINISTRATOR,), "change people's accounts", ADMINISTRATORS)


def may_change_settings(actor: User) -> Verdict:
    """Whether somebody may change the company's settings."""
    return _holds(actor, (Role.ADMINISTRATOR,), "change the company's settings", ADMINISTRATORS)


def may_keep_teams(actor: User) -> Verdict:
    """Whether somebody may change teams."""
    return _holds(actor, (Role.ADMINISTRATOR, Role.RISK_OFFICER), "change teams", KEEPERS)


def may_keep_positions(actor: User) -> Verdict:
    """Whether somebody may change positions and name who holds them."""
    return _holds(actor, (Role.ADMINISTRATOR, Role.RISK_OFFICER), "change positions and who holds them", KEEPERS)


def may_change_person(actor: User, person: User) -> Verdict:
    """Whether somebody may change a person's name, title and time zone: oneself, or an administrator."""
    if actor.pk == person.pk and actor.is_active:
        return ALLOW
    return may_administer_people(actor)


def may_set_password(actor: User, person: User) -> Verdict:
    """Whether somebody may set this password: only the person. Others get an invitation or a reset link."""
    if actor.pk == person.pk and person.kind == User.Kind.PERSON and person.is_active:
        return ALLOW
    return deny("Only the person sets their own password.", "Send them to 'Forgot your password?' on the sign-in page.")


def may_change_role(actor: User, person: User, role: str) -> Verdict:
    """Whether somebody may give a person a role. Nobody changes their own (R3)."""
    if actor.pk == person.pk:
        return deny("Nobody changes their own role.", "Ask another administrator to do it.", ("Another administrator",))
    verdict = may_administer_people(actor)
    if not verdict:
        return verdict
    if person.kind != User.Kind.PERSON or role not in PERSON_ROLES:
        return deny("People and service accounts do not change places.", "Make a service account instead.")
    return ALLOW


def may_deactivate(actor: User, person: User, *, other_administrators: int) -> Verdict:
    """Whether somebody may deactivate an account. The last administrator stays."""
    if is_system(person):
        return deny("Plumbline itself cannot be deactivated.")
    verdict = may_administer_people(actor)
    if not verdict:
        return verdict
    return may_stop_administering(person, other_administrators=other_administrators)


def may_stop_administering(person: User, *, other_administrators: int) -> Verdict:
    """Whether a person may cease to be an active administrator: somebody must remain who can let others in."""
    if person.role == Role.ADMINISTRATOR and person.kind == User.Kind.PERSON and other_administrators == 0:
        return deny(f"{person} is the last active administrator.", "Make somebody else an administrator first.", ("Nobody",))
    return ALLOW


def may_erase(actor: User, person: User) -> Verdict:
    """Whether somebody may erase a person's name and address: after leaving, by an administrator."""
    verdict = may_administer_people(actor)
    if not verdict:
        return verdict
    if person.kind != User.Kind.PERSON:
        return deny("Only people are erased; a service account carries no personal data.")
    if person.is_active:
        return deny(f"{person} is still active.", "Deactivate the account first, and reassign what it owns.")
    if person.erased_at is not None:
        return deny("This person is already erased.")
    return ALLOW


def may_reassign(actor: User) -> Verdict:
    """Whether somebody may give another person's things to somebody else (R1)."""
    return _holds(actor, (Role.ADMINISTRATOR, Role.RISK_OFFICER), "reassign what somebody owns", KEEPERS)


def may_make_reset_link(actor: User, person: User) -> Verdict:
    """Whether somebody may make a link by which a person sets a new password."""
    verdict = may_administer_people(actor)
    if not verdict:
        return verdict
    if actor.pk == person.pk or person.kind != User.Kind.PERSON or not person.is_active:
        return deny("A link is made for another active person only.", "Change your own password under Sign-in and security.")
    return ALLOW


def may_end_sessions(actor: User, person: User) -> Verdict:
    """Whether somebody may sign a person's browsers out: the person, or an administrator."""
    return ALLOW if actor.pk == person.pk else may_administer_people(actor)


def may_own(person: User) -> Verdict:
    """Whether an account can be accountable for something: an active human being (R1)."""
    if person.kind != User.Kind.PERSON:
        return deny("A service account cannot answer for anything.", "Choose a person.")
    if not person.is_active:
        return deny(f"{person} has left.", "Choose an active person.")
    if person.role == Role.GUEST_AUDITOR:
        return deny("A guest auditor cannot own anything.", "Choose somebody in the company.")
    return ALLOW


def may_hold(person: User) -> Verdict:
    """Whether a person can hold a position or receive a delegation: an active person who may decide."""
    verdict = may_own(person)
    if not verdict:
        return verdict
    if person.role in READS_ONLY:
        return deny("Auditors decide nothing.", "Choose somebody who is not an auditor.")
    return ALLOW


def may_delegate(actor: User, giver: User) -> Verdict:
    """Whether somebody may delegate in a giver's name: the giver, or an administrator when the giver cannot."""
    if actor.pk == giver.pk:
        return may_write(actor)
    return may_administer_people(actor)


def may_keep_token(actor: User, owner: User) -> Verdict:
    """Whether somebody may make or revoke a token: one's own, or a service account's by an administrator."""
    if actor.pk == owner.pk:
        machine = actor.kind != User.Kind.PERSON
        return deny("Service accounts cannot make tokens.", "Ask an administrator.") if machine else ALLOW
    if owner.kind == User.Kind.SERVICE:
        return may_administer_people(actor)
    return deny("A person's tokens are made by that person only.", f"Ask {owner}, or make a service account.")


def may_revoke_token(actor: User, owner: User) -> Verdict:
    """Whether somebody may revoke a token: its owner, or an administrator."""
    return ALLOW if actor.pk == owner.pk else may_administer_people(actor)


def covers(starts_on: date, ends_on: date | None, day: date) -> bool:
    """Whether a holding covers a day; both ends count."""
    return starts_on <= day and (ends_on is None or ends_on >= day)


def is_working(person: User, at: datetime) -> bool:
    """Whether an account may act at a moment."""
    return person.is_active and (person.expires_at is None or person.expires_at > at)
