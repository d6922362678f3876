"""Hand in plumbline.yaml: contract.py SURFACE [dry_run=true] [FIELD=VALUE ...]. Prints the comment for the pull request."""
import json, os, sys, urllib.parse, urllib.request
surface, *fields = sys.argv[1:]
given = {name.lower(): os.environ[name] for name in ("COMMIT", "LINK", "AUTHOR") if os.environ.get(name)}
query = urllib.parse.urlencode(given | dict(each.split("=", 1) for each in fields))
headers = {"Authorization": f"Bearer {os.environ['PLUMBLINE_TOKEN']}", "Content-Type": "application/yaml"}
address = f"{os.environ['PLUMBLINE_URL']}/api/v1/surfaces/{surface}/contract?{query}"
try: answer = json.load(urllib.request.urlopen(urllib.request.Request(address, open("plumbline.yaml", "rb").read(), headers), timeout=60))
except OSError as error: sys.exit(f"It was not taken: {error} {getattr(error, 'read', bytes)().decode()}")
print(answer["comment"])
sys.exit(answer["outcome"] == "problems")
