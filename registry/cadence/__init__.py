"""What the registry brings to reviews, rollout and calendar, and the calendar itself with its secret address.

Owns no table: it reads what is held (observations, findings, changes, evals, vendors, spend) into agendas, ticks the steps
of the rollout, and puts on the calendar what is due. Refuses to know how a review is run.
"""
