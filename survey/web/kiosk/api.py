"""What a kiosk tells the service, and is told: JSON, with the device's own key and no cookie."""

from __future__ import annotations

import secrets
from typing import Any, cast

from flask import Response, send_from_directory, url_for

from survey import collect
from survey.device import Device
from survey.errors import PageNotFound, Refusal, WrongActivationCode
from survey.formats import devices, kiosk
from survey.web.context import YEAR, now, store
from survey.web.devices import admitted, attempts, body, configured, name_of, result_of, shown_key, told
from survey.web.errors import PRIVACY, in_every_language
from survey.web.kept import kept
from survey.web.kiosk import blueprint, recordings


@blueprint.post("/devices")
def activate() -> tuple[Response, int]:
    """Use an activation code up, and hand out the device's key, this once."""
    typed = devices.activation(body())
    tries = attempts()
    tries.check()
    try:
        made = collect.activate(store(), typed, at=now(), chance=secrets.token_bytes)
    except WrongActivationCode:
        tries.failed()
        raise
    asks = _etag(made.device) is not None
    return told(device=made.device.id, key=made.key, config=_fresh(made.device) if asks else None), 201


@blueprint.get("/config")
def config() -> Response:
    """What to ask, in every language, and how."""
    return configured(_fresh(_kiosk()))


@blueprint.post("/responses")
def responses() -> Response:
    """Take a batch of presses in."""
    device = _kiosk()
    with admitted():
        delivered = collect.deliver(store(), device, kiosk.delivery(body()), at=now())
    return told(
        results=[result_of(index, result) for index, result in enumerate(delivered.results)],
        acknowledged=[list(each) for each in delivered.acknowledged],
        config_etag=_etag(device),
    )


@blueprint.post("/heartbeat")
def heartbeat() -> Response:
    """Hear that a kiosk lives, and what waits in it."""
    device = _kiosk()
    collect.hear(store(), device, devices.heartbeat(body()), at=now())
    return told(config_etag=_etag(device), revoked=False)


@blueprint.get("/audio/<language>/<name>")
def audio(language: str, name: str) -> Response:
    """A recorded question. Its address in a kiosk's configuration changes when it is recorded anew."""
    if not any((language, name) == (one[0], one[2]) for one in recordings.all_of()):
        raise PageNotFound
    return send_from_directory(recordings.folder() / language, name, max_age=YEAR)


def _kiosk() -> Device:
    """The kiosk that asks, by the key that it shows."""
    return collect.authorised(store(), shown_key())


def _fresh(device: Device) -> dict[str, Any]:
    """The configuration, with where the device goes on in its numbers."""
    told, etag = _configuration(device)
    return {**told, "etag": etag, "next_seq": collect.next_number(store(), device)}


def _etag(device: Device) -> str | None:
    """The name of the configuration's content; None while nothing is asked, which undoes nothing that was kept."""
    try:
        return _configuration(device)[1]
    except Refusal:
        return None


def _configuration(device: Device) -> tuple[dict[str, Any], str]:
    """The configuration and the name of its content; made anew where any part of it has changed."""
    asked = collect.asked_at(store(), device, at=now())
    spoken = recordings.all_of()

    def make() -> tuple[dict[str, Any], str]:
        assert asked.counter is not None, "a kiosk stands at a counter"
        told = kiosk.configuration(
            device,
            asked.counter,
            asked.agency,
            asked.wave,
            asked.instrument,
            privacy=in_every_language(PRIVACY),
            audio=_addresses(spoken),
        )
        return told, name_of(told)

    key = ("kiosk", device.id, asked.wave.code, device.pin, spoken)
    return cast(tuple[dict[str, Any], str], kept(key, make, of=asked.agency))


def _addresses(spoken: tuple[recordings.Recording, ...]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for language, item, name, version in spoken:
        address = url_for("kiosk.audio", language=language, name=name, v=version)
        found.setdefault(language, {})[item] = address
    return found
