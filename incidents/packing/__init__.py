"""What an audit pack says of incidents: what happened, when, under which clocks, and what was learned from it.

Owns the scope of one incident and the records and pages of incidents. A buyer's edition says of postmortems what the
company's edition for outside says. Refuses to know how a pack is sealed and how pages are set.
"""
