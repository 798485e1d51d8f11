"""A real OpenID provider (pyop), served by a thread of the tests: it asks nobody, and vouches for who it is told."""

from __future__ import annotations

import base64
import hashlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from Cryptodome.PublicKey import RSA
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from flask import Flask, Response, jsonify, make_response, redirect, request
from jwkest.jwk import RSAKey
from pyop.authz_state import AuthorizationState
from pyop.exceptions import InvalidAuthorizationCode, InvalidTokenRequest
from pyop.provider import Provider as OpenIdProvider
from pyop.subject_identifier import HashBasedSubjectIdentifierFactory
from pyop.userinfo import Userinfo

CLIENT_ID, CLIENT_SECRET = "hai-long", "a secret of the tests"


@dataclass
class Vouching:
    """A running provider: for whom it vouches, and what it gets wrong on purpose."""

    issuer: str = ""
    person: str = "lan"
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: changes the parameters that people come back with
    change_return: dict[str, str] = field(default_factory=dict)
    #: changes what it was asked for
    change_request: dict[str, str] = field(default_factory=dict)
    #: more claims of the identity token
    claims: dict[str, Any] = field(default_factory=dict)
    #: gives the identity token without a signature
    unsigned: bool = False
    #: signs with a key that is not published
    false_key: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    exchanged: list[dict[str, str]] = field(default_factory=list)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Tests read no log."""


def _key(name: str) -> RSAKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return RSAKey(key=RSA.import_key(text), kid=name, alg="RS256", use="sig")


def certificate(folder: Path) -> Path:
    """A certificate of this machine that it signed itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, SHA256())
    )
    file = folder / "provider.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


@contextmanager
def vouching(back: str, pem: Path) -> Iterator[Vouching]:
    """A provider with TLS that leads back to `back` alone, until the block ends."""
    app, told = Flask("provider"), Vouching()
    with make_server("127.0.0.1", 0, app, WSGIServer, _Quiet) as server:
        told.issuer = f"https://127.0.0.1:{server.server_port}"
        _hang(app, told, _provider(told, back), _key("unpublished"))
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(pem)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        yield from _served(server, told)


def _served(server: WSGIServer, told: Vouching) -> Iterator[Vouching]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()


def _provider(told: Vouching, back: str) -> OpenIdProvider:
    endpoints = {"authorization": "authorization", "token": "token", "userinfo": "userinfo"}
    metadata = {f"{name}_endpoint": f"{told.issuer}/{path}" for name, path in endpoints.items()}
    metadata |= {
        "issuer": told.issuer,
        "jwks_uri": f"{told.issuer}/jwks",
        "response_types_supported": ["code"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "subject_types_supported": ["pairwise"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "scopes_supported": ["openid", "email"],
    }
    client = {
        "client_secret": CLIENT_SECRET,
        "redirect_uris": [back],
        "response_types": ["code"],
        "subject_type": "pairwise",
        "token_endpoint_auth_method": "client_secret_basic",
    }
    state = AuthorizationState(HashBasedSubjectIdentifierFactory("salt"))
    return OpenIdProvider(_key("published"), metadata, state, {CLIENT_ID: client}, Userinfo(told.people))


def _hang(app: Flask, told: Vouching, provider: OpenIdProvider, false_key: RSAKey) -> None:
    true_key = provider.signing_key

    @app.get("/.well-known/openid-configuration")
    def configuration() -> Response:
        return jsonify(provider.provider_configuration.to_dict())

    @app.get("/jwks")
    def jwks() -> Response:
        return jsonify({"keys": [true_key.serialize(private=False)]})

    @app.get("/authorization")
    def authorization() -> Any:
        told.asked.append(request.args.to_dict())
        sent = urlencode(request.args.to_dict() | told.change_request)
        asked = provider.parse_authentication_request(sent, request.headers)
        answer = provider.authorize(asked, told.person)
        parameters = answer.to_dict() | told.change_return
        return redirect(f"{asked['redirect_uri']}?{urlencode(parameters)}")

    @app.post("/token")
    def token() -> Response:
        told.exchanged.append(request.form.to_dict())
        provider.signing_key = false_key if told.false_key else true_key
        sent = urlencode(request.form.to_dict())
        try:
            answer = provider.handle_token_request(
                sent, dict(request.headers), extra_id_token_claims=told.claims
            ).to_dict()
        except (InvalidTokenRequest, InvalidAuthorizationCode) as refusal:
            return make_response(jsonify(error="invalid_grant", error_description=str(refusal)), 400)
        if told.unsigned:
            answer["id_token"] = unsigned(answer["id_token"])
        return jsonify(answer)

    @app.get("/userinfo")
    def userinfo() -> Response:
        return jsonify(provider.handle_userinfo_request("", dict(request.headers)).to_dict())


def unsigned(token: str) -> str:
    """The same claims in a token that says it needs no signature."""
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return f"{header}.{token.split('.')[1]}."


def challenge_of(verifier: str) -> str:
    """The challenge of a verifier (RFC 7636, S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
