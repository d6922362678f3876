"""What shows that a control is met: files, links and records, with who collected them, when, and until when they count.

Owns what was collected, where its bytes lie and which controls of which surfaces it serves. Refuses to know whether a
control is met: that is asked above, of what is held here. Nothing that is kept here is ever opened, run or fetched.
"""
