"""Alerts: gathered by the day, sent to a real mail server and a real web server, and never to an address inside."""

from __future__ import annotations

import http.server
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Letters
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from survey import collect, errors, process, reply
from survey.alert import WAITS, Every, Kind, Way, signature
from survey.outbound import Hook, Mailbox, check_address, post
from survey.outbound.hook import is_public
from survey.reply import alerts, rounds
from survey.reply.alerts import Post
from survey.roles import Role
from survey.store import schema
from survey.store.database import Database
from survey.web.context import ZONE
from tests.answering import rated
from tests.conftest import NOW, TODAY, Chance
from tests.serving import free_port
from tests.staff import AT, deeds, settled

WARD = "03646"
SECRET = b"h" * 32
#: a morning on which the case of `province_with_a_late_case` is overdue
MORNING = datetime(2026, 12, 14, 8, 0, tzinfo=ZONE)


def late_case(db: Database) -> None:
    code = collect.submit(db, rated(), at=NOW).code
    reply.ask(db, code, "Chờ lâu", on=TODAY, days={"feedback": 5})


class Inbox(Letters):
    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.letters.append(message)


@contextmanager
def mail_server() -> Iterator[tuple[Inbox, Mailbox]]:
    inbox, port = Inbox(), free_port()
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield inbox, Mailbox("127.0.0.1", port, "none", "Hài lòng <hai-long@example.org>")
    finally:
        server.stop()


@contextmanager
def web_server(
    folder: Path, statuses: list[int]
) -> Iterator[tuple[str, Hook, list[tuple[dict[str, str], bytes]]]]:
    """An HTTPS server at localhost that answers with these statuses in turn, and keeps what it was sent."""
    seen: list[tuple[dict[str, str], bytes]] = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(statuses.pop(0))
            self.send_header("Location", "https://127.0.0.1/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    certificate, key = own_certificate(folder)
    server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    trusting = ssl.create_default_context(cafile=str(certificate))
    try:
        yield f"https://localhost:{server.server_port}/hook?x=1", Hook(lambda _: True, trusting, 5), seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def own_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, secret


def test_a_digest_arrives_by_mail_once_a_day_and_ends_with_one_press(province: Database) -> None:
    late_case(province)
    head = settled(province, "head", Role.HEAD, agency=WARD)
    with pytest.raises(errors.BadAddress):
        alerts.subscribe(province, head, WARD, Way.MAIL, "nobody", Every.DAY, secret=b"", at=AT)
    one = alerts.subscribe(province, head, WARD, Way.MAIL, "Head@Example.ORG", Every.DAY, secret=b"", at=AT)
    with mail_server() as (inbox, mailbox):
        out = Post("https://hailong.example.org", mailbox, Hook.outside())
        assert alerts.make_digests(province, now=MORNING.replace(hour=6)) == 0
        assert alerts.make_digests(province, now=MORNING) == 1
        assert alerts.make_digests(province, now=MORNING.replace(hour=20)) == 0
        assert alerts.send_waiting(province, out, now=MORNING) == 1
        assert alerts.send_waiting(province, out, now=MORNING) == 0
        (letter,) = inbox.letters
        stop = f"https://hailong.example.org/unsubscribe/{alerts.stop_token(province, one.number)}"
        assert letter["To"] == "head@example.org" and letter["List-Unsubscribe"].strip() == f"<{stop}>"
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        text = letter.get_payload(decode=True)
        assert isinstance(text, bytes)
        assert (
            "1 vụ việc quá hạn trả lời." in text.decode()
            and "Cases overdue for an answer: 1." in text.decode()
        )
        for token in ("", "1", "1-", f"1-{'0' * 32}", "9" * 40, "x-y", f"²-{'0' * 32}"):
            with pytest.raises(errors.UnknownSubscription):
                alerts.stop(province, token)
        alerts.stop(province, alerts.stop_token(province, one.number))
        assert alerts.make_digests(province, now=MORNING + timedelta(days=1)) == 0
    assert alerts.subscriptions(province, WARD) == () and deeds(province)[-1] == "alerts-ordered"


def test_a_call_is_signed_and_tried_again_until_it_arrives(province: Database, tmp_path: Path) -> None:
    late_case(province)
    head = settled(province, "head", Role.HEAD, agency=WARD)
    with web_server(tmp_path, [500, 302, 204]) as (url, hook, seen):
        alerts.subscribe(province, head, WARD, Way.HOOK, url, Every.WEEK, secret=SECRET, at=AT)
        alerts.make_digests(province, now=MORNING)
        out, at = Post("", None, hook), MORNING
        for attempt, told in enumerate(("500", "target-refused redirect")):
            assert alerts.send_waiting(province, out, now=at) == 0
            ((_, parcel),) = alerts.sent(province, WARD)
            assert (parcel.attempts, parcel.told, parcel.done) == (attempt + 1, told, None)
            assert parcel.due == int(at.timestamp()) + WAITS[attempt]
            assert alerts.send_waiting(province, out, now=at) == 0
            at += timedelta(seconds=WAITS[attempt])
        alerts.send_waiting(province, out, now=at)
    ((_, parcel),) = alerts.sent(province, WARD)
    assert parcel.done == int(at.timestamp()) and parcel.due is None and len(seen) == 3
    headers, body = seen[-1]
    assert headers["Hai-Long-Signature"] == signature(SECRET, int(at.timestamp()), body)
    assert [alert["kind"] for alert in json.loads(body)["alerts"]] == [Kind.OVERDUE]
    assert alerts.make_digests(province, now=MORNING + timedelta(days=6)) == 0
    assert alerts.make_digests(province, now=MORNING + timedelta(days=7)) == 1


def test_what_never_arrives_is_given_up_with_a_line_in_the_log(
    province: Database, caplog: pytest.LogCaptureFixture
) -> None:
    late_case(province)
    head = settled(province, "head", Role.HEAD, agency=WARD)
    alerts.subscribe(province, head, WARD, Way.MAIL, "a@example.org", Every.DAY, secret=b"", at=AT)
    alerts.make_digests(province, now=MORNING)
    out = Post("", Mailbox("127.0.0.1", free_port(), "none", "a@example.org"), Hook.outside())
    for attempt in range(len(WAITS) + 1):
        alerts.send_waiting(province, out, now=MORNING + timedelta(days=attempt))
    ((_, parcel),) = alerts.sent(province, WARD)
    assert (parcel.attempts, parcel.due, parcel.done) == (len(WAITS) + 1, None, None)
    assert parcel.told == "ConnectionRefusedError" and len(caplog.records) == len(WAITS) + 1


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
        *(
            "::1",
            "fe80::1",
            "fe80::1%eth0",
            "fd00::1",
            "::ffff:127.0.0.1",
            "2002:7f00:1::",
            "224.0.0.1",
            "::",
            "64:ff9b::a00:1",
            "::10.0.0.1",
        ),
    ],
)
def test_no_call_goes_to_an_address_inside(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_public(address)
    told = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, 443)) for found in ("93.184.216.34", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: told)
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("somebody was called"))
    with pytest.raises(errors.TargetRefused):
        post(Hook.outside(), "https://rebinding.example/", b"{}", {})


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://",
        "file:///etc/passwd",
        "https://a:b@example.org/",
        "https://x:99999/",
        "",
        "https://ví.dụ/\n",
    ],
)
def test_only_addresses_with_tls_are_kept(url: str) -> None:
    with pytest.raises(errors.TargetRefused):
        check_address(url)


def test_a_target_that_hangs_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        hook = Hook(lambda _: True, ssl.create_default_context(), 0.2)
        with pytest.raises(OSError, match=r"timed out|closed|EOF|handshake"):
            post(hook, f"https://127.0.0.1:{port}/", b"{}", {})


def test_an_alert_tells_of_figures_and_kiosks_and_never_of_a_press(
    province: Database, chance: Chance
) -> None:
    assert alerts.gather(province, WARD, now=MORNING) == ()
    late_case(province)
    for n in range(60):
        collect.submit(province, rated(1, day=TODAY - timedelta(days=n % 20)), at=NOW)
    process.seal_all(province, rng=chance, today=TODAY)
    a_silent_kiosk(province)
    told = {one.kind for one in alerts.gather(province, WARD, now=MORNING)}
    assert told == {Kind.OVERDUE, Kind.DARK, Kind.TARGET}


def test_the_province_is_told_of_a_target_that_it_misses(province: Database, chance: Chance) -> None:
    for n in range(60):
        collect.submit(province, rated(1, day=TODAY - timedelta(days=n % 20)), at=NOW)
    process.seal_all(province, rng=chance, today=TODAY)
    (missed,) = (one for one in alerts.gather(province, "son-la", now=MORNING) if one.kind is Kind.TARGET)
    about = "Satisfaction with receiving and resolving administrative procedures, 2030"
    assert missed.words["en"] == f"The index is below the target of 95% ({about})."


def worse_than_a_quarter_ago(db: Database, chance: Chance) -> None:
    """Ninety satisfied of the quarter before, ninety of this one who mostly are not, over many days."""
    for n in range(90):
        collect.submit(db, rated(5 if n % 10 else 2, day=date(2026, 7, 1) + timedelta(days=n % 45)), at=NOW)
        collect.submit(db, rated(1 if n % 3 else 5, day=TODAY - timedelta(days=n % 45)), at=NOW)
    process.seal_all(db, rng=chance, today=TODAY)


def a_silent_kiosk(db: Database) -> None:
    heard = int(MORNING.timestamp()) // 600 - 1_000
    counted = {"cloned": 0, "unsteady": 0, "refused": 0}
    with db.write() as connection:
        kiosk = schema.device.insert().values(id="A" * 12, counter="03646-1", since=1, heard=heard, **counted)
        connection.execute(kiosk)


def test_a_drop_a_missed_target_an_overdue_case_and_a_dark_kiosk_reach_the_head_by_mail(
    province: Database, chance: Chance
) -> None:
    """From presses to the letter: one round each five minutes, a real mail server, and one press that ends it."""
    head = settled(province, "head", Role.HEAD, agency=WARD)
    alerts.subscribe(province, head, WARD, Way.MAIL, "head@example.org", Every.DAY, secret=b"", at=AT)
    alerts.subscribe(province, head, "03679", Way.MAIL, "other@example.org", Every.DAY, secret=b"", at=AT)
    worse_than_a_quarter_ago(province, chance)
    late_case(province)
    a_silent_kiosk(province)
    with mail_server() as (inbox, mailbox):
        out = Post("https://hailong.example.org", mailbox, Hook.outside())
        for hour in (6, 8, 20):  # before the morning, in it, and later the same day
            rounds.go_round(province, rng=chance, now=MORNING.replace(hour=hour), post=out)
    (letter,) = inbox.letters
    assert letter["To"] == "head@example.org"
    sent = letter.get_payload(decode=True)
    assert isinstance(sent, bytes)
    told = sent.decode()
    for words in (
        " điểm, quý 4 năm 2026 so với quý 3 năm 2026.",
        "The index fell by",
        "Chỉ số dưới mục tiêu",
        "1 vụ việc quá hạn trả lời.",
        "Thiết bị đánh giá không còn tín hiệu",
    ):
        assert words in told, words
    ((_, parcel),) = alerts.sent(province, WARD)
    assert (parcel.told, parcel.attempts, parcel.due) == ("sent", 1, None) and parcel.done
    assert alerts.sent(province, "03679") == ()
    (case,) = reply.listed(province, "noi-vu", on=TODAY).cases
    assert case.escalated == "noi-vu"

    stop = letter["List-Unsubscribe"].strip().strip("<>").rpartition("/")[2]
    alerts.stop(province, stop)
    with mail_server() as (inbox, mailbox):
        out = Post("https://hailong.example.org", mailbox, Hook.outside())
        rounds.go_round(province, rng=chance, now=MORNING + timedelta(days=1), post=out)
    assert inbox.letters == []


def test_a_drop_that_chance_explains_is_no_alert(province: Database, chance: Chance) -> None:
    for n in range(60):
        collect.submit(
            province, rated(5 if n % 10 else 2, day=date(2026, 7, 1) + timedelta(days=n % 30)), at=NOW
        )
        collect.submit(province, rated(5 if n % 9 else 2, day=TODAY - timedelta(days=n % 30)), at=NOW)
    process.seal_all(province, rng=chance, today=TODAY)
    assert Kind.DROP not in {one.kind for one in alerts.gather(province, WARD, now=MORNING)}


def test_one_press_more_changes_no_letter_until_it_is_sealed_with_its_day(
    province: Database, chance: Chance
) -> None:
    worse_than_a_quarter_ago(province, chance)
    before = alerts.gather(province, WARD, now=MORNING)
    assert {one.kind for one in before} == {Kind.DROP, Kind.TARGET}
    collect.submit(province, rated(1), at=NOW)
    assert alerts.gather(province, WARD, now=MORNING) == before
