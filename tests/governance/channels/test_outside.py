"""Nothing inside the network is reached, whatever somebody types as an address."""

import ipaddress
import socket
from typing import Any

import pytest

from governance.channels import outside, signing
from governance.core import sealing
from governance.core.errors import Unavailable
from tests.governance.channels.receiver import Receiver

INSIDE = """127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255
::1 :: fe80::1 fc00::1 ff02::1 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1:: 2001:db8::1""".split()
OUTSIDE = "8.8.8.8 1.1.1.1 2606:4700:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808".split()


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_known_as_such(address: str) -> None:
    assert not outside.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_outside_may_be_reached(address: str) -> None:
    assert outside.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/x",
        "example.org/x",
        "https://",
        "https://user:word@example.org/",
        "https://example.org/#here",
        "https://example.org/a b",
        "https://exämple.org/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "http://example.org/x",
        "https://10.0.0.1/x",
        "https://[::1]/x",
    ],
)
def test_what_is_no_address_to_reach_is_refused_when_it_is_typed(url: str, settings: Any) -> None:
    settings.CHANNEL_HOSTS = []
    with pytest.raises(outside.Refused):
        outside.checked(url)


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[tuple[Any, ...]]:
    """Let every name resolve to these; return the list of connections that were tried."""
    tried: list[tuple[Any, ...]] = []

    def connect(address: Any, *more: Any) -> Any:
        tried.append(address)
        raise ConnectionRefusedError("refused")

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


def test_a_name_that_leads_inside_is_not_reached(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.CHANNEL_HOSTS = []
    tried = names(monkeypatch, "169.254.169.254", "10.0.0.1")
    with pytest.raises(outside.Refused, match="PLUMBLINE_CHANNEL_HOSTS"):
        outside.post("https://hooks.example.org/x", b"{}", {})
    assert tried == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.CHANNEL_HOSTS = []
    tried = names(monkeypatch, "10.0.0.1", "93.184.215.14")
    with pytest.raises(outside.Unreached):
        outside.post("https://hooks.example.org/x", b"{}", {})
    assert tried == [("93.184.215.14", 443)]


def test_what_the_settings_name_is_reached(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    tried = names(monkeypatch, "10.0.0.1")
    for allowed in (["mattermost.internal"], ["10.0.0.0/8"]):
        settings.CHANNEL_HOSTS = allowed
        with pytest.raises(outside.Unreached):
            outside.post("https://mattermost.internal/x", b"{}", {})
    assert tried == [("10.0.0.1", 443)] * 2


def test_a_receiver_that_trickles_is_cut_off(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(outside, "LIMIT", 0.2)
    # It takes the connection and never answers.
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(outside.Unreached, match="no whole answer"):
        outside.post(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {})


def test_only_the_beginning_of_an_answer_is_read(receiver: Receiver) -> None:
    receiver.answer(200, "x" * 100_000)
    assert len(outside.post(f"{receiver.url}/", b"{}", {}).text) == outside.LONGEST_ANSWER


def test_the_published_example_of_a_signature() -> None:
    made = signing.headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_abc", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "AAAA" * 40])
def test_what_is_no_signing_secret_is_none(secret: str) -> None:
    assert signing.key_of(secret) is None


def test_a_secret_is_opened_by_this_installation_and_no_other(settings: Any) -> None:
    sealed = sealing.seal("a routing key")
    assert "routing" not in sealed and sealing.unseal(sealed) == "a routing key"
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key of the same installation"
    assert sealing.unseal(sealed) == "a routing key"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unavailable):
        sealing.unseal(sealed)
