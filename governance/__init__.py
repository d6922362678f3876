"""The kernel: how a company decides, records and proves.

Owns people, policy, approvals, the ledger and documents. Refuses to know what a surface or an incident is: the apps
above contribute what the kernel shows of them.
"""

from governance.celery import app as celery_app

__all__ = ["celery_app"]
