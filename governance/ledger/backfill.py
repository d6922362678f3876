"""Gives entries of older releases their tags and codes: once, in the migration that adds the columns.

Plain SQL over the connection of the migration; needs no models, so that it goes on working whatever becomes of them. It
takes the entries as they stand: what somebody did to them before, nothing can tell any more. Running it again changes
only entries that have neither tags nor code, and there it would make foreign entries ours; so nothing but the migration
may call it.
"""

import json
import secrets
from typing import Any

from governance.ledger import heads, tags

BATCH = 5000
TABLE, IDENTITY = "governance_entry", "governance_ledgeridentity"
TRIGGER = "plumbline_governance_entry_no_change"
UNTAGGED = f"SELECT seq, {{day}}, body, digest FROM {TABLE} WHERE seq > %s AND mac = '' ORDER BY seq LIMIT {BATCH}"  # noqa: S608
TAG = f"UPDATE {TABLE} SET about = %s, mac = %s WHERE seq = %s"  # noqa: S608 - names of our own
MADE = "SELECT 1 FROM pg_trigger WHERE tgname = %s AND NOT tgisinternal"


def run(connection: Any) -> int:
    """Tag all entries that have no code, and return how many; founds the log's identity if it has none."""
    postgresql = connection.vendor == "postgresql"
    day = "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')" if postgresql else "substr(at, 1, 10)"
    done, last = 0, 0
    with connection.cursor() as cursor:
        guarded = postgresql and _guarded(cursor)
        if guarded:  # SQLite's triggers stand aside during every migration (appendonly.step_aside)
            cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER {TRIGGER}")
        blinding = ""
        while True:
            cursor.execute(UNTAGGED.format(day=day), [last])
            rows = cursor.fetchall()
            if not rows:
                break
            blinding = blinding or _blinding(cursor)
            cursor.executemany(TAG, [_tagged(blinding, *row) for row in rows])
            done, last = done + len(rows), rows[-1][0]
        if guarded:
            cursor.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TRIGGER}")
    return done


def _guarded(cursor: Any) -> bool:
    cursor.execute(MADE, [TRIGGER])
    return cursor.fetchone() is not None


def _tagged(blinding: str, seq: int, day: str, body: str, digest: str) -> tuple[str, str, int]:
    told = json.loads(body)
    subject = told["subject"]
    things = [(subject["type"], subject["id"]), *told["touches"], *told.get("within", [])]
    about = tags.about(blinding, ((type_, id_) for type_, id_ in things))
    return about, heads.mac(heads.head(seq, day, about, digest)), seq


def _blinding(cursor: Any) -> str:
    cursor.execute(f"SELECT blinding FROM {IDENTITY} ORDER BY id LIMIT 1")  # noqa: S608 - a name of our own
    found = cursor.fetchone()
    if found is not None:
        return str(found[0])
    made = secrets.token_hex(32)
    cursor.execute(f"INSERT INTO {IDENTITY} (id, origin, blinding) VALUES (1, %s, %s)", [tags.new_origin(), made])  # noqa: S608
    return made
