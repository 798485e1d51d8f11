"""What an interviewer's phone tells the service, and is told: JSON, with the phone's own key and no cookie."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response

from survey import collect, design
from survey.device import Device
from survey.errors import WrongActivationCode
from survey.fieldwork import phones
from survey.fieldwork.phones import Round
from survey.fieldwork.visits import deliver as take_in
from survey.formats import devices, visits
from survey.visit import vault_of
from survey.web.context import now, store
from survey.web.devices import admitted, attempts, body, configured, name_of, result_of, shown_key, told
from survey.web.errors import in_every_language
from survey.web.field import blueprint
from survey.web.field.names import DISPOSITIONS


@blueprint.post("/devices")
def activate() -> tuple[Response, int]:
    """Use an activation code up, and hand out the phone's key, this once."""
    typed = devices.activation(body())
    tries = attempts()
    tries.check()
    try:
        made = phones.activate(store(), typed, at=now(), chance=secrets.token_bytes)
    except WrongActivationCode:
        tries.failed()
        raise
    opens = visits.vault(vault_of(store().keys.salt, made.device.id))
    return told(device=made.device.id, key=made.key, vault=opens, config=_fresh(made.device)), 201


@blueprint.get("/config")
def config() -> Response:
    """Whom to visit, what to ask, and how a visit may end."""
    return configured(_fresh(_phone()))


@blueprint.post("/visits")
def deliver() -> Response:
    """Take a batch of visits in."""
    phone = _phone()
    with admitted():
        delivered = take_in(store(), phone, visits.delivery(body()), at=now())
    return told(
        results=[result_of(index, result) for index, result in enumerate(delivered.results)],
        acknowledged=[list(each) for each in delivered.acknowledged],
        config_etag=_configuration(phone)[1],
    )


@blueprint.post("/heartbeat")
def heartbeat() -> Response:
    """Hear that a phone lives, and what waits in it."""
    phone = _phone()
    collect.hear(store(), phone, devices.heartbeat(body()), at=now())
    return told(config_etag=_configuration(phone)[1], revoked=False)


def _phone() -> Device:
    """The phone that asks, by the key that it shows."""
    return phones.authorised(store(), shown_key())


def _fresh(phone: Device) -> dict[str, Any]:
    """The configuration, with where the phone goes on in its numbers."""
    made, etag = _configuration(phone)
    return {**made, "etag": etag, "next_seq": collect.next_number(store(), phone)}


def _configuration(phone: Device) -> tuple[dict[str, Any], str]:
    """What the phone takes along, and the name of its content."""
    taken: Round = phones.round_of(store(), phone)
    known = design.reference(store())
    made = visits.configuration(
        phone,
        taken.account.person,
        [(wave, known.instruments[wave.instrument]) for wave in taken.waves],
        [(task.unit, task.visits) for task in taken.tasks],
        {one: in_every_language(name) for one, name in DISPOSITIONS.items()},
        {code: agency.name for code, agency in known.agencies.items()},
    )
    return made, name_of(made)
