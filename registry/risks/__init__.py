"""The risk register: what could go wrong, for the company or one surface, who answers for it, and what is done about it.

Owns risks, how likely and how bad they are held to be, and what was decided about them. Refuses to know whether controls
are met or what evidence holds: it names them, and their own pages answer.
"""
