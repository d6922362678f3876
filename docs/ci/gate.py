"""Ask Plumbline's gate: gate.py SURFACE SUITE FILE [LIMIT=NUMBER ...]. Exits 1 when it fails or does not answer."""
import json, os, sys, urllib.request
surface, suite, file, *limits = sys.argv[1:]
body = {"results": [{"suite": suite, "text": open(file, encoding="utf-8").read()}], "commit": os.environ.get("COMMIT", "unknown"),
        "limits": {name: json.loads(number) for name, number in (each.split("=") for each in limits)}}
headers = {"Authorization": f"Bearer {os.environ['PLUMBLINE_TOKEN']}", "Content-Type": "application/json"}
call = urllib.request.Request(f"{os.environ['PLUMBLINE_URL']}/api/v1/gates/{surface}", json.dumps(body).encode(), headers)
try: answer = json.load(urllib.request.urlopen(call, timeout=60))
except OSError as error: sys.exit(f"The gate did not answer: {error} {getattr(error, 'read', bytes)().decode()}")
print(answer["key"], "passed" if answer["passed"] else "failed", *(f"\n- {one['text']} {one['fix']}" for one in answer["reasons"]))
sys.exit(not answer["passed"])
