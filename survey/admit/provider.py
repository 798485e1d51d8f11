"""Signing in with a provider that the operator named (OpenID Connect, code flow with PKCE).

A provider opens accounts and makes none. It is trusted once with an e-mail address that an
administrator wrote into an account, if it says that the address is verified; from then on the
account is linked to the provider's issuer and subject, and its addresses tell nothing any more.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from survey import errors
from survey.account import Account, Deed, Provider, Stage, Way
from survey.admit import limits
from survey.admit.sessions import Entered, begin, token_hash
from survey.admit.signin import confirmed, signed_in
from survey.store import accounts, audit, sessions
from survey.store.database import Connection, Database

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

#: seconds that a provider may take to answer, and in which the person comes back from it
TIMEOUT, PATIENCE = 5.0, 600
#: seconds by which the clocks of two machines may differ
LEEWAY = 60
#: signatures with keys that the provider publishes; a shared secret signs nothing
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]

_IN, _AGAIN = "provider-in", "provider-again"


def ask(
    db: Database, provider: Provider, *, back: str, at: int, entered: Entered | None = None
) -> tuple[str, str]:
    """A token under which the person's return is awaited, and the address of the provider to go to.

    back: the address that the provider leads back to · entered: who shows who they are once more
    Raises `errors.ProviderUnavailable` and `errors.TooManyAttempts`.
    """
    metadata = _metadata(provider)
    state, nonce, verifier, token = (secrets.token_urlsafe(32) for _ in range(4))
    extra = {"nonce": nonce} | ({"prompt": "login", "max_age": "0"} if entered else {})
    with _client(provider, back) as client:
        address, _ = client.create_authorization_url(
            metadata["authorization_endpoint"], state=state, code_verifier=verifier, **extra
        )
    account = entered.account.id if entered else None
    content = {"state": state, "nonce": nonce, "verifier": verifier, "back": back, "began": at}
    with db.write() as connection:
        limits.reserve_question(connection, db.keys.salt, account, at=at)
        kind = _AGAIN if entered else _IN
        sessions.ask(connection, token_hash(token), kind, content | {"account": account}, at + PATIENCE)
    return token, str(address)


def enter(
    db: Database, provider: Provider, token: str, told: Mapping[str, str], *, device: str, at: int
) -> Entered:
    """Begin an open session for whom the provider vouches for.

    told: the parameters that the person came back with. Raises SignInExpired, ProviderRefused,
    ProviderUnavailable, NoAccountForIdentity.
    """
    try:
        claims = _answer(db, provider, token, _IN, told, at)
        with db.write() as connection:
            account = _account(connection, db, provider, claims, at)
            if account is None or account.disabled:
                raise errors.NoAccountForIdentity
            way, stage = Way.PROVIDER, Stage.OPEN
            entered = begin(connection, account, stage=stage, way=way, device=device, at=at)
            signed_in(connection, db, entered, at)
            return entered
    except errors.Refusal as refusal:
        _refused(db, None, Deed.SIGN_IN_REFUSED, refusal.code, at)
        raise


def confirm(
    db: Database, provider: Provider, entered: Entered, token: str, told: Mapping[str, str], *, at: int
) -> Entered:
    """Show once more who one is, at the provider. Raises as `enter` does."""
    account = entered.account.id
    try:
        claims = _answer(db, provider, token, _AGAIN, told, at)
        with db.write() as connection:
            if accounts.linked(connection, provider.issuer, claims["sub"]) != account:
                raise errors.NoAccountForIdentity
            return confirmed(connection, db, entered, at)
    except errors.Refusal as refusal:
        _refused(db, account, Deed.CONFIRM_REFUSED, refusal.code, at)
        raise


def _answer(
    db: Database, provider: Provider, token: str, kind: str, told: Mapping[str, str], at: int
) -> Mapping[str, Any]:
    """What the provider says of the person, once it is certain that it answers this very question."""
    import requests  # noqa: PLC0415 - slow to import, and few services have a provider
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    with db.write() as connection:
        asked = sessions.answered(connection, token_hash(token), kind, at)
    if asked is None:
        raise errors.SignInExpired
    if not hmac.compare_digest(told.get("state", "").encode(), asked["state"].encode()):
        raise errors.ProviderRefused(fault="state")
    if told.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise errors.ProviderRefused(fault="iss")
    if "error" in told:
        raise errors.ProviderDeclined
    if "code" not in told:
        raise errors.ProviderRefused(fault="no code")
    metadata = _metadata(provider)
    try:
        with _client(provider, asked["back"]) as client:
            tokens = client.fetch_token(
                metadata["token_endpoint"],
                code=told["code"],
                code_verifier=asked["verifier"],
                timeout=TIMEOUT,
            )
            claims = _checked(provider, metadata, tokens, asked, kind, at)
            return _with_address(client, metadata, claims)
    except requests.RequestException as fault:
        raise errors.ProviderUnavailable(fault=type(fault).__name__) from None
    except (AuthlibBaseError, JoseError, KeyError, ValueError, TypeError) as fault:
        raise errors.ProviderRefused(fault=type(fault).__name__) from None


def _checked(
    provider: Provider,
    metadata: Mapping[str, Any],
    tokens: Mapping[str, Any],
    asked: Mapping[str, Any],
    kind: str,
    at: int,
) -> dict[str, Any]:
    """The claims of the identity token, if it is signed, ours, fresh, and for this question (OIDC Core 3.1.3.7)."""
    from authlib.oidc.core import CodeIDToken  # noqa: PLC0415
    from joserfc import jwt  # noqa: PLC0415
    from joserfc.jwk import KeySet  # noqa: PLC0415

    keys = KeySet.import_key_set(_fetched(metadata["jwks_uri"]))
    token = jwt.decode(tokens["id_token"], keys, algorithms=ALGORITHMS)
    wanted = {"iss": {"essential": True, "value": provider.issuer}}
    wanted["aud"] = {"essential": True, "value": provider.client_id}
    params = {"nonce": asked["nonce"], "client_id": provider.client_id}
    claims = CodeIDToken(
        token.claims, token.header, wanted, params | {"access_token": tokens.get("access_token")}
    )
    claims.validate(now=at, leeway=LEEWAY)
    if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 255:
        raise errors.ProviderRefused(fault="sub")
    if kind == _AGAIN and int(claims["auth_time"]) < asked["began"] - LEEWAY:
        raise errors.ProviderRefused(fault="auth_time")
    return dict(claims)


def _with_address(
    client: OAuth2Session, metadata: Mapping[str, Any], claims: dict[str, Any]
) -> Mapping[str, Any]:
    """The claims with the e-mail address, which some providers tell only when asked for it."""
    if "email" in claims or "userinfo_endpoint" not in metadata:
        return claims
    answer = client.get(metadata["userinfo_endpoint"], timeout=TIMEOUT)
    told = answer.json() if answer.ok else {}
    if told.get("sub") != claims["sub"]:
        return claims
    return claims | {name: told[name] for name in ("email", "email_verified") if name in told}


def _account(
    connection: Connection, db: Database, provider: Provider, claims: Mapping[str, Any], at: int
) -> Account | None:
    """The account that is linked to the person, or is now, by the address that an administrator gave it."""
    number = accounts.linked(connection, provider.issuer, claims["sub"])
    if number is not None:
        return accounts.account(connection, number)
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str):
        return None
    account = accounts.addressed(connection, address.casefold())
    if account is None or accounts.has_identity(connection, provider.issuer, account.id):
        return None
    accounts.link(connection, provider.issuer, claims["sub"], account.id)
    audit.record(connection, db.keys.salt, at=at, account=account.id, what=Deed.IDENTITY_LINKED)
    return account


def _client(provider: Provider, back: str) -> OAuth2Session:
    from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415

    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope="openid email",
        redirect_uri=back,
        code_challenge_method="S256",
    )


def _metadata(provider: Provider) -> Mapping[str, Any]:
    """What the provider tells of itself. Raises `errors.ProviderUnavailable`."""
    import requests  # noqa: PLC0415

    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        metadata: Mapping[str, Any] = _fetched(address)
    except (requests.RequestException, ValueError) as fault:
        raise errors.ProviderUnavailable(fault=type(fault).__name__) from None
    if metadata.get("issuer") != provider.issuer:
        raise errors.ProviderUnavailable(fault="issuer")
    return metadata


def _fetched(address: str) -> Any:
    import requests  # noqa: PLC0415

    answer = requests.get(address, timeout=TIMEOUT)
    answer.raise_for_status()
    return answer.json()


def _refused(db: Database, account: int | None, what: Deed, thing: str, at: int) -> None:
    with db.write() as connection:
        audit.record(connection, db.keys.salt, at=at, account=account, what=what, thing=thing)
