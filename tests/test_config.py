"""Settings are read once, every fault is named, and no secret has a default."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from survey import config, errors

SECRETS = {f"SURVEY_{name.upper()}": "ab" * 32 for name in config.SECRETS}


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"SURVEY_INSTANCE": str(tmp_path), **more}


def test_the_default_is_one_file_in_the_instance_folder(tmp_path: Path) -> None:
    settings = config.read(environment(tmp_path, **SECRETS))
    assert settings.database_url == f"sqlite:///{tmp_path}/survey.sqlite3"
    assert (settings.purpose, settings.seal_at_least, settings.seal_here) == ("real", 10, True)


def test_the_demonstration_has_its_own_database_and_no_others(tmp_path: Path) -> None:
    given = environment(tmp_path, DATABASE_URL="postgresql://localhost/real", **SECRETS)
    settings = config.read(given, simulated=True)
    assert settings.database_url == f"sqlite:///{tmp_path}/demo.sqlite3"
    assert (settings.purpose, settings.seal_at_least) == ("simulated", 1)


def test_no_secret_has_a_default(tmp_path: Path) -> None:
    with pytest.raises(errors.BadSettings) as told:
        config.read(environment(tmp_path))
    assert [fault.split(":")[0] for fault in told.value.faults] == list(config.SECRETS)


def test_secrets_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    given = environment(tmp_path / "new")
    made = config.make_secrets(given)
    assert made is not None and stat.S_IMODE(made.stat().st_mode) == 0o600
    first = config.read(given)
    assert config.make_secrets(given) is None
    assert config.read(given) == first
    assert len({first.session_key, first.salt_key, first.signing_seed}) == 3


def test_the_environment_overrules_the_file(tmp_path: Path) -> None:
    config.make_secrets(environment(tmp_path))
    assert config.read(environment(tmp_path, **SECRETS)).salt_key == bytes.fromhex("ab" * 32)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SURVEY_SALT_KEY", "secret"),
        ("SURVEY_SIGNING_SEED", "ab" * 31),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("SURVEY_SEAL_AT_LEAST", "0"),
        ("SURVEY_SEAL_AT_LEAST", "ten"),
        ("SURVEY_PLACE_BUDGET", "0"),
        ("SURVEY_BROWSER_BUDGET", "-1"),
        ("SURVEY_FORM_SECONDS", "two"),
        ("SURVEY_PUBLIC_URL", "hai-long.example"),
        ("SURVEY_PUBLIC_URL", "https://hai-long.example/?page=1"),
        ("SURVEY_PUBLIC_URL", "https://user:secret@hai-long.example"),
        ("SURVEY_SEAL_EVERY", "-1"),
        ("SURVEY_SEAL_HERE", "yes"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(errors.BadSettings) as told:
        config.read(environment(tmp_path, **{**SECRETS, name: value}))
    (fault,) = told.value.faults
    assert fault.split(":")[0].upper() == name.removeprefix("SURVEY_") or fault.startswith(name)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(errors.BadSettings) as told:
        config.read(environment(tmp_path, DATABASE_URL="x", SURVEY_SEAL_HERE="x", SURVEY_SEAL_EVERY="x"))
    assert len(told.value.faults) == len(config.SECRETS) + 3


@pytest.mark.parametrize("content", [b"salt_key = ", b"\xff\xfe", b'salt_key = "x"\nunknown = 1\n'])
def test_an_unreadable_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secrets.toml").write_bytes(content)
    with pytest.raises(errors.BadSettings, match=r"secrets\.toml"):
        config.read(environment(tmp_path))


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = config.read(environment(tmp_path, **SECRETS))
    with pytest.raises(AttributeError):
        settings.simulated = True  # type: ignore[misc]


def test_a_provider_is_named_whole_or_not_at_all(tmp_path: Path) -> None:
    whole = {
        "SURVEY_OIDC_ISSUER": "https://id.example.vn",
        "SURVEY_OIDC_CLIENT_ID": "hai-long",
        "SURVEY_OIDC_CLIENT_SECRET": "secret",
        "SURVEY_OIDC_LABEL": "Sở Nội vụ",
    }
    base = environment(tmp_path, **SECRETS)
    assert config.read(base).provider is None
    named = config.read(base | whole).provider
    assert named and (named.issuer, named.label) == ("https://id.example.vn", "Sở Nội vụ")
    for missing in whole:
        with pytest.raises(errors.BadSettings) as fault:
            config.read(base | whole | {missing: ""})
        assert missing in str(fault.value) and "secret'" not in str(fault.value)


@pytest.mark.parametrize("issuer", ["http://id.example.vn", "id.example.vn", "ftp://id.example.vn"])
def test_a_provider_is_reached_with_tls(tmp_path: Path, issuer: str) -> None:
    named = {f"SURVEY_OIDC_{name}": "x" for name in ("CLIENT_ID", "CLIENT_SECRET", "LABEL")}
    with pytest.raises(errors.BadSettings, match="SURVEY_OIDC_ISSUER"):
        config.read(environment(tmp_path, SURVEY_OIDC_ISSUER=issuer, **SECRETS, **named))


def test_passkeys_are_bound_to_scheme_and_host(tmp_path: Path) -> None:
    told = environment(tmp_path, SURVEY_PUBLIC_URL="https://example.vn/hailong/", **SECRETS)
    assert config.read(told).origin == "https://example.vn"
    assert config.read(environment(tmp_path, **SECRETS)).origin is None


def test_the_public_address_has_no_slash_at_its_end(tmp_path: Path) -> None:
    given = environment(tmp_path, SURVEY_PUBLIC_URL="https://hai-long.example:8443/danh-gia/", **SECRETS)
    assert config.read(given).public_url == "https://hai-long.example:8443/danh-gia"
    assert config.read(environment(tmp_path, **SECRETS)).public_url is None


def test_the_watch_on_the_time_a_form_is_open_can_be_switched_off(tmp_path: Path) -> None:
    given = environment(tmp_path, SURVEY_FORM_SECONDS="0", **SECRETS)
    assert config.read(given).form_seconds == 0
