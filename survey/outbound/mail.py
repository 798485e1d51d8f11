"""Letters by SMTP, with a way to end them that mail programs know (RFC 8058)."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid

#: seconds that a server may take for one answer
LONGEST = 20.0


@dataclass(frozen=True)
class Mailbox:
    """The server that letters are handed to. tls: "none", "starttls" or "tls" · sender: whom they are from"""

    host: str
    port: int
    tls: str
    sender: str
    user: str = ""
    password: str = ""
    longest: float = LONGEST


def send(mailbox: Mailbox, to: str, subject: str, text: str, *, stop: str) -> None:
    """Hand a letter over. stop: the address at which one press ends them. Raises OSError, SMTPException."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = mailbox.sender, to, subject
    letter["Message-ID"] = make_msgid(domain=mailbox.sender.rpartition("@")[2].strip("> ") or None)
    letter["List-Unsubscribe"] = f"<{stop}>"
    letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    context = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(mailbox.host, mailbox.port, timeout=mailbox.longest, context=context)
        if mailbox.tls == "tls"
        else smtplib.SMTP(mailbox.host, mailbox.port, timeout=mailbox.longest)
    ) as server:
        if mailbox.tls == "starttls":
            server.starttls(context=context)
        if mailbox.user:
            server.login(mailbox.user, mailbox.password)
        server.send_message(letter)
