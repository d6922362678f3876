"""Continuity: what we would do tomorrow if a vendor changed a policy, degraded, or went down for a day.

Owns the plans for vendors and endpoints, and the drills that say which surfaces would go on and which would stop. Refuses
to know how a surface is switched over (its contract and its mode do), and whether a control demands a plan.
"""
