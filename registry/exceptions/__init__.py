"""Time-boxed exceptions: a named control need not be met, on named surfaces, for a reason, until a day (R9).

Owns what was asked, who agreed to exactly that, and its end, which comes by itself. Refuses to know whether a control is
met and what came of an exception above it: gates and changes ask `queries.active_for`.
"""
