"""A small OpenID Connect provider on 127.0.0.1: discovery, authorisation code with PKCE, token, userinfo."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT, SECRET = "plumbline", "a-secret-of-the-test-that-is-long-enough"


class Provider:
    """The provider; `claims` is who signs in there next."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                """Stay quiet."""

            def do_GET(self) -> None:
                provider.get(self)

            def do_POST(self) -> None:
                provider.post(self)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()

    def get(self, call: BaseHTTPRequestHandler) -> None:
        """Answer discovery, authorisation and userinfo."""
        where = urlsplit(call.path)
        if where.path == "/.well-known/openid-configuration":
            _answer(call, self._configuration())
        elif where.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(where.query).items()}
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked | {"claims": self.claims}
            call.send_response(302)
            call.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
            call.end_headers()
        elif where.path == "/userinfo" and call.headers["Authorization"].removeprefix("Bearer ") in self.codes:
            _answer(call, self.codes[call.headers["Authorization"].removeprefix("Bearer ")]["claims"])
        else:
            _answer(call, {"error": "not_found"}, 404)

    def post(self, call: BaseHTTPRequestHandler) -> None:
        """Exchange a code, once, for tokens; the verifier must fit the challenge."""
        sent = parse_qs(call.rfile.read(int(call.headers["Content-Length"])).decode())
        asked = self.codes.pop(sent["code"][0], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"][0].encode()).digest()).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or sent["client_secret"][0] != SECRET:
            return _answer(call, {"error": "invalid_grant"}, 400)
        token = secrets.token_urlsafe(16)
        self.codes[token] = asked
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **asked["claims"]}
        signed = jwt.encode(claims, SECRET, algorithm="HS256")
        return _answer(call, {"access_token": token, "token_type": "Bearer", "expires_in": 300, "id_token": signed})

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }


def _answer(call: BaseHTTPRequestHandler, body: dict[str, Any], status: int = 200) -> None:
    data = json.dumps(body).encode()
    call.send_response(status)
    call.send_header("Content-Type", "application/json")
    call.send_header("Content-Length", str(len(data)))
    call.end_headers()
    call.wfile.write(data)
