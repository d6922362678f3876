"""What the use of models costs: who spends it on what, limits with an owner, forecasts, loops, and what is charged to whom.

Owns spend limits and what came of them, the pages of prices and exchange rates, pricing anew, and chargeback reports.
Refuses to know how an observation is matched, how a call is priced (registry/usage), and what a gateway asks (decisions).
"""
