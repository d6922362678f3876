"""Cadence: the reviews that come again and again, the rollout of the first thirty days, and what was decided there.

Owns reviews of three kinds (the weekly eval review, the quarterly vendor review, the quarterly operations checklist), their
agendas as they were frozen, who was there, decisions with owner and day, answers to the checklist, and the rollout.
Refuses to know what an agenda is made of, what is reviewed and what shows that a step is done: those are contributed
(`AgendaSection`, `ReviewSubject`, `RolloutCheck`).
"""
