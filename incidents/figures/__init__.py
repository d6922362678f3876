"""Figures about incidents: how fast they are answered, whom they harm, what nearly happened, and what comes back.

Owns the sums and their pages; every figure opens the very incidents that it counts. Stores nothing. Refuses to count
tickets or people's hours.
"""
