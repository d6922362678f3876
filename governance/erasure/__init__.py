"""Erasure: a person is forgotten on request, and the ledger still verifies.

Owns the request, its deadline, the second person's decision, and the list of what went and what stays. Refuses to know
where personal data lies: each feature contributes its store (`PersonalStore`). A legal hold refuses; so does ownership.
"""
