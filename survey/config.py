"""Settings: read once at the start, every fault named at once, frozen. No secret has a default."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from survey.account import Provider
from survey.comment import Kind
from survey.errors import BadSettings
from survey.outbound import Mailbox
from survey.receipt import Keys

ROOT = Path(__file__).resolve().parents[1]

#: the three secrets, 32 random bytes each, in hexadecimal
SECRETS = ("session_key", "salt_key", "signing_seed")

#: scheme, host, perhaps a port and a path; nothing that a poster would have to explain
#: working days that a case may be given at the most
_MOST_DAYS = 90

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*", re.ASCII)


@dataclass(frozen=True)
class Settings:
    """What the service is told from outside; docs/operations.md tells the names in the environment.

    seal_at_least: responses of one place that are sealed together, unless their day is over
    seal_every: seconds between two looks at the inbox · seal_here: whether this process seals
    public_url: the address that people reach the service at, without a slash at the end; None: as they asked
    place_budget, browser_budget: responses in ten minutes that count at once from one place, from one browser
    form_seconds: a form that is sent sooner after its opening is looked at first; 0: none is
    behind_proxy: whether one proxy with TLS stands before the service and tells it scheme and host
    mailbox: where letters are handed over, None for nowhere
    case_days: working days to answer a case in by kind, where they differ from the lexicon's
    provider: who else may vouch for staff, None for nobody
    """

    instance: Path
    database_url: str
    simulated: bool
    session_key: bytes
    salt_key: bytes
    signing_seed: bytes
    seal_at_least: int
    seal_every: float
    seal_here: bool
    behind_proxy: bool
    public_url: str | None = None
    place_budget: int = 200
    browser_budget: int = 20
    form_seconds: int = 2
    mailbox: Mailbox | None = None
    case_days: Mapping[str, int] = field(default_factory=dict)
    provider: Provider | None = None

    @property
    def keys(self) -> Keys:
        return Keys.of(self.salt_key, self.signing_seed)

    @property
    def origin(self) -> str | None:
        """Scheme and host of the public address: what passkeys are bound to."""
        parts = urlsplit(self.public_url or "")
        return f"{parts.scheme}://{parts.netloc}" if self.public_url else None

    @property
    def purpose(self) -> str:
        """What the database must be for."""
        return "simulated" if self.simulated else "real"


def instance_folder(environment: Mapping[str, str]) -> Path:
    """The only folder that is written at run time."""
    return Path(environment.get("SURVEY_INSTANCE") or ROOT / "instance").resolve()


def read(environment: Mapping[str, str] = os.environ, *, simulated: bool = False) -> Settings:
    """Read the settings. Raises `errors.BadSettings` naming every fault.

    simulated: whether this is the demonstration, which has its own database and no other's.
    """
    faults: list[str] = []
    instance = instance_folder(environment)
    told = {**_secrets_file(instance, faults), **_secrets_from(environment)}
    found = {name: _secret(name, told.get(name), faults) for name in SECRETS}
    file = "demo.sqlite3" if simulated else "survey.sqlite3"
    settings = Settings(
        instance=instance,
        database_url=_database_url(environment, instance / file, simulated, faults),
        simulated=simulated,
        session_key=found["session_key"],
        salt_key=found["salt_key"],
        signing_seed=found["signing_seed"],
        seal_at_least=_number(environment, "SURVEY_SEAL_AT_LEAST", 1 if simulated else 10, faults),
        seal_every=float(_number(environment, "SURVEY_SEAL_EVERY", 2, faults)),
        seal_here=_flag(environment, "SURVEY_SEAL_HERE", faults, default=True),
        behind_proxy=_flag(environment, "SURVEY_BEHIND_PROXY", faults, default=False),
        public_url=_public_url(environment, faults),
        place_budget=_number(environment, "SURVEY_PLACE_BUDGET", 200, faults),
        browser_budget=_number(environment, "SURVEY_BROWSER_BUDGET", 20, faults),
        form_seconds=_number(environment, "SURVEY_FORM_SECONDS", 2, faults, least=0),
        mailbox=_mailbox(environment, faults),
        case_days=_days(environment, faults),
        provider=_provider(environment, faults),
    )
    if faults:
        raise BadSettings(faults)
    return settings


def make_secrets(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Make the file of secrets, readable by its owner only, if there is none; its path if it was made."""
    file = instance_folder(environment) / "secrets.toml"
    if file.exists():
        return None
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f'{name} = "{secrets.token_hex(32)}"' for name in SECRETS]
    text = "# Made at the first start. Lose it, and receipts given before can't be told from forged ones.\n"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text + "\n".join(lines) + "\n")
    return file


def _secrets_file(instance: Path, faults: list[str]) -> dict[str, str]:
    file = instance / "secrets.toml"
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as fault:
        faults.append(f"{file}: can't be read ({fault.__class__.__name__})")
        return {}
    except tomllib.TOMLDecodeError as fault:
        faults.append(f"{file}: is no TOML: {fault}")
        return {}
    unknown = sorted(set(told) - set(SECRETS))
    faults.extend(f"{file}: unknown name {name!r}" for name in unknown)
    return {name: str(value) for name, value in told.items()}


def _secrets_from(environment: Mapping[str, str]) -> dict[str, str]:
    named = {name: environment.get(f"SURVEY_{name.upper()}") for name in SECRETS}
    return {name: value for name, value in named.items() if value}


def _secret(name: str, value: str | None, faults: list[str]) -> bytes:
    if value is None:
        faults.append(f"{name}: is missing; `survey setup` makes it, or set SURVEY_{name.upper()}")
        return b""
    try:
        secret = bytes.fromhex(value)
    except ValueError:
        secret = b""
    if len(secret) != 32:
        faults.append(f"{name}: is not 64 hexadecimal digits")
    return secret


def _database_url(environment: Mapping[str, str], file: Path, simulated: bool, faults: list[str]) -> str:
    named = environment.get("DEMO_DATABASE_URL" if simulated else "DATABASE_URL")
    if not named:
        return f"sqlite:///{file}"
    if not named.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        faults.append("DATABASE_URL: begins neither with sqlite:/// nor with postgresql://")
    return named


def _public_url(environment: Mapping[str, str], faults: list[str]) -> str | None:
    value = environment.get("SURVEY_PUBLIC_URL", "").rstrip("/")
    if value and not _ADDRESS.fullmatch(value):
        faults.append(f"SURVEY_PUBLIC_URL: {value!r} is not an address as https://name.example")
    return value or None


def _number(
    environment: Mapping[str, str], name: str, default: int, faults: list[str], *, least: int = 1
) -> int:
    value = environment.get(name, "")
    if not value:
        return default
    if not value.isdecimal() or not least <= int(value) <= 1_000_000:
        faults.append(f"{name}: {value!r} is not a whole number from {least} to 1000000")
        return default
    return int(value)


def _flag(environment: Mapping[str, str], name: str, faults: list[str], *, default: bool) -> bool:
    value = environment.get(name, "")
    if value not in ("", "0", "1"):
        faults.append(f"{name}: {value!r} is neither 0 nor 1")
    return default if not value else value == "1"


def _mailbox(environment: Mapping[str, str], faults: list[str]) -> Mailbox | None:
    """Where letters are handed over: `smtp://`, `smtp+starttls://` or `smtps://`, with name and password or without."""
    url, sender = environment.get("SURVEY_SMTP_URL", ""), environment.get("SURVEY_MAIL_FROM", "")
    if not url and not sender:
        return None
    parts = urlsplit(url)
    ways = {"smtp": ("none", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}
    if parts.scheme not in ways or not parts.hostname or "@" not in sender:
        faults.append(
            "SURVEY_SMTP_URL, SURVEY_MAIL_FROM: an address as smtps://name:password@host:465, and whom letters are from"
        )
        return None
    tls, port = ways[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Mailbox(parts.hostname, parts.port or port, tls, sender, user, password)


def _days(environment: Mapping[str, str], faults: list[str]) -> dict[str, int]:
    """Working days by kind, as `feedback=10 help=5`."""
    found = {}
    for part in environment.get("SURVEY_CASE_DAYS", "").split():
        kind, _, days = part.partition("=")
        if kind not in tuple(Kind) or not days.isdecimal() or not 1 <= int(days) <= _MOST_DAYS:
            faults.append(f"SURVEY_CASE_DAYS: {part!r} is not a kind of comment with its days, as feedback=7")
            continue
        found[kind] = int(days)
    return found


def _provider(environment: Mapping[str, str], faults: list[str]) -> Provider | None:
    """The OpenID provider: all of it is named, or nothing."""
    told = {
        "SURVEY_OIDC_ISSUER": environment.get("SURVEY_OIDC_ISSUER", ""),
        "SURVEY_OIDC_CLIENT_ID": environment.get("SURVEY_OIDC_CLIENT_ID", ""),
        "SURVEY_OIDC_CLIENT_SECRET": environment.get("SURVEY_OIDC_CLIENT_SECRET", ""),
        "SURVEY_OIDC_LABEL": environment.get("SURVEY_OIDC_LABEL", ""),
    }
    if not any(told.values()):
        return None
    faults.extend(f"{name}: is missing, while others of its kind are set" for name in told if not told[name])
    issuer = told["SURVEY_OIDC_ISSUER"]
    if issuer and not _is_safe(issuer):
        faults.append("SURVEY_OIDC_ISSUER: is not an address with https")
    return Provider(*told.values())


def _is_safe(address: str) -> bool:
    """Tell whether an address is one with TLS, or of this very machine."""
    parts = urlsplit(address)
    if parts.scheme == "http":
        return parts.hostname in ("localhost", "127.0.0.1")
    return parts.scheme == "https" and bool(parts.hostname)
