"""How gunicorn serves Plumbline; it reads this file by itself when started beside it (`gunicorn governance.wsgi`).

Threads share a worker's memory, and workers share what was loaded before they were forked. `gc.freeze` keeps the
garbage collector from walking that shared part again and again, which is what made slow requests slow.
"""

import gc
import os
import sys
from typing import Any

wsgi_app = "governance.wsgi:application"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("PLUMBLINE_WEB_THREADS") or 4)
preload_app = sys.platform != "darwin"  # macOS ends processes that fork after loading certain of its libraries
control_socket_disable = True
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
errorlog = "-"


def when_ready(server: Any) -> None:
    """Warm the shared part up before workers are forked from it."""
    if server.cfg.preload_app:
        warm_up()


def post_worker_init(worker: Any) -> None:
    """Warm each worker up where nothing is shared."""
    if not worker.cfg.preload_app:
        warm_up()


def warm_up() -> None:
    """Load what the first request would load, let go of connections that must not cross a fork, freeze the rest."""
    from django.db import connections
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 - importing every view is the point
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    gc.collect()
    gc.freeze()
