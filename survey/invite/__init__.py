"""Inviting: one token per completed dossier, opened by its holder, spent with the answer, and forgotten."""

from survey.invite.issuing import Issued, checked, issue
from survey.invite.keeping import forget, mix
from survey.invite.opening import Opened, opened
from survey.invite.senders import Given, add_sender, revoke_sender, sender_of, senders_of
from survey.invite.telling import checked_told, tell_completed

__all__ = [
    "Given",
    "Issued",
    "Opened",
    "add_sender",
    "checked",
    "checked_told",
    "forget",
    "issue",
    "mix",
    "opened",
    "revoke_sender",
    "sender_of",
    "senders_of",
    "tell_completed",
]
