"""What the ledger says of people. Names and addresses are personal and can be erased."""

from governance.ledger.kinds import EventKind, register

register(
    EventKind("company.founded", "set up Plumbline for the company", fields=("name",)),
    EventKind("company.changed", "changed the company's settings"),
    EventKind("person.joined", "joined as {role}", fields=("role", "via"), personal=("name", "email")),
    EventKind("person.changed", "changed the details of {subject}", personal=("name", "email", "title")),
    EventKind("person.role_changed", "changed the role from {before} to {after}", fields=("before", "after")),
    EventKind("person.password_set", "set a new password"),
    EventKind("person.deactivated", "deactivated the account", fields=("owned",)),
    EventKind("person.reactivated", "reactivated the account"),
    EventKind("person.erased", "erased the person's name and address"),
    EventKind("person.reassigned", "reassigned {count} things to another person", fields=("count", "to")),
    EventKind("person.session_ended", "signed out a session", fields=("session",)),
    EventKind("person.invited", "invited somebody as {role}", fields=("role",), personal=("name", "email")),
    EventKind("person.invitation_revoked", "took an invitation back"),
    EventKind("person.invitation_accepted", "accepted the invitation as {role}", fields=("role",)),
    EventKind("team.created", "created team {name}", fields=("name",)),
    EventKind("team.changed", "changed team {name}", fields=("name",)),
    EventKind("team.removed", "removed team {name}", fields=("name",)),
    EventKind("position.created", "created position {name}", fields=("name",)),
    EventKind("position.changed", "changed position {name}", fields=("name",)),
    EventKind("position.holder_named", "named a {part} of {position}", fields=("part", "position", "person")),
    EventKind("position.holder_ended", "ended a holding of {position}", fields=("position", "person")),
    EventKind("delegation.given", "delegated decisions until {until}", fields=("until", "to", "position")),
    EventKind("delegation.revoked", "took a delegation back", fields=("to",)),
    EventKind("token.created", "created API token {name}", fields=("name", "scopes", "until")),
    EventKind("token.revoked", "revoked API token {name}", fields=("name",)),
    EventKind("service.created", "created service account {name}", fields=("name",)),
)
