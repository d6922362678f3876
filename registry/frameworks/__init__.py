"""Public frameworks and how this company answers them: their items by edition, the OWASP checklist of each surface.

Owns the items as their publishers number them, the crosswalk from our controls, and the answers. Refuses to know
whether a control is met: coverage is counted above, in registry/coverage.
"""
