"""Sign-in through a real identity provider's protocol, in a real browser: nobody sees anything without a role."""

import http.server
import json
import threading
import time
import urllib.parse
from types import SimpleNamespace

import pytest
from joserfc import jwk, jwt

from tests.test_browser import browser, chromium, free_port, started  # noqa: F401
from warehouse import ledger

ROLES = """
people:
  vic@kestrel.example: {role: vendor, vendors: [kestrel]}
"""


class Provider(http.server.BaseHTTPRequestHandler):
    """An OpenID provider that signs in whoever ``person`` names, at once."""

    person = ""
    nonces: dict = {}  # noqa: RUF012
    key = jwk.RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        told = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/authorize":
            self.nonces["code"] = (told.get("nonce"), told["client_id"])
            back = urllib.parse.urlencode({"code": "code", "state": told["state"]})
            self.send_response(302)
            self.send_header("Location", f"{told['redirect_uri']}?{back}")
            self.end_headers()
        elif url.path == "/jwks":
            self.answer({"keys": [self.key.as_dict(private=False)]})
        else:
            self.answer(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/jwks",
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                }
            )

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        nonce, client = self.nonces["code"]
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": self.person, "email": self.person, "aud": client, "iat": now,
            "exp": now + 600, "nonce": nonce,
        }  # fmt: skip
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        self.answer(
            {"access_token": "x", "token_type": "Bearer", "expires_in": 600, "id_token": token}
        )

    def answer(self, told):
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def guarded(demo_url, tmp_path_factory):
    """The app with sign-in, its provider, and its ledger."""
    provider = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    folder, port = tmp_path_factory.mktemp("guarded"), free_port()
    (folder / "access.yaml").write_text(ROLES)
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "secrets.toml").write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a secret of this test alone, long enough"
client_id = "command-center"
client_secret = "secret"
server_metadata_url = "http://127.0.0.1:{provider.server_port}/.well-known/openid-configuration"
"""
    )
    server, address = started(folder, demo_url, port=port, ACCESS_FILE=str(folder / "access.yaml"))
    yield SimpleNamespace(address=address, ledger=f"sqlite:///{folder / 'ledger.sqlite'}")
    server.terminate()
    server.wait(20)
    provider.shutdown()


def signed_in(browser, guarded, person):  # noqa: F811
    Provider.person = person
    page = browser.browser.new_context().new_page()
    page.set_default_timeout(90_000)
    page.goto(guarded.address)
    button = page.get_by_role("button", name="Sign in")
    button.wait_for()
    assert page.locator("[data-testid=stMetric]").count() == 0
    assert page.locator("[data-testid=stSidebarNav]").count() == 0
    button.click()
    return page


def test_a_person_without_a_role_sees_nothing(guarded, browser):  # noqa: F811
    page = signed_in(browser, guarded, "eve@example.org")
    page.get_by_text("is signed in but has no role here").wait_for()
    assert page.locator("[data-testid=stMetric]").count() == 0
    page.context.close()


def test_a_vendor_manager_sees_the_own_vendor_and_the_login_is_in_the_audit_log(guarded, browser):  # noqa: F811
    page = signed_in(browser, guarded, "vic@kestrel.example")
    page.wait_for_selector("text=Events until 30 June 2026", state="attached")
    page.locator("[data-testid=stMultiSelect]", has_text="Vendors").locator("input").click()
    page.get_by_role("option", name="Kestrel Labs").wait_for()
    assert page.get_by_role("option", name="Northwind Data").count() == 0
    assert page.get_by_role("link", name="Data health").count() == 0
    entries = ledger.audit_entries(ledger.connect(guarded.ledger))
    assert ("vic@kestrel.example", "signed in") in set(
        zip(entries["actor"], entries["what"], strict=True)
    )
    page.context.close()
