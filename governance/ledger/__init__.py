"""The append-only record of everything that counts.

Owns entries, history rows, state changes with their compare-and-set, and the triggers that refuse rewriting. Refuses
to know what any entry is about: features register their event kinds.

A writer looks like this::

    from governance.ledger.journal import action
    from governance.ledger import transitions

    @action
    def rename(vendor, *, actor, name, expected_version=None, reason=""):
        require(rules.may_edit(actor, vendor))
        return transitions.change(vendor, actor=actor, kind="vendor.changed", changes={"name": name},
                                  expected_version=expected_version, reason=reason)
"""
