"""Surface mapping sessions: a guided hour in which every team says where it calls models.

Owns sessions, who is invited, what was named (by people, by a sign-on export, by expenses), and what became of each line.
Refuses to know how a surface is registered: it hands a line on to the registry's own actions.
"""
