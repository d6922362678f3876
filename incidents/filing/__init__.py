"""How a problem comes in: the form, share links without an account, REST, Alertmanager, failed evals, past incidents.

Owns the four plain questions, what became of a report for the one who sent it, links that may be handed out and how they
are kept from abuse, and which alerts of other systems belong together. Refuses to know how an incident is run, who is
told of it and when it is late: it opens a case and hands it to those who do.
"""
