"""Server-sent events for OFREP: tells browsers to ask for their flags again, at the moment a mode moves.

A process of its own, asynchronous and small: it knows no model, no session and no page. Owns who listens and when they are
told. Refuses to know what a flag answers: whoever is told asks the web process, which checks the caller as ever.
"""
