"""Retention: what is let go of after the time that policy gives it, and the legal holds that stop this.

Owns holds, the record of what was let go, and when it happens. Refuses to know what a record is: each feature contributes
its kinds (`RetentionKind`). Never touches the ledger, history or decisions; what they bound keeps its hash.
"""
