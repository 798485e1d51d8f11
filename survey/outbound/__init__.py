"""What leaves the house: letters and calls to web addresses, and nothing to an address inside it."""

from survey.outbound.hook import Hook, check_address, check_typed, post
from survey.outbound.mail import Mailbox, send

__all__ = ["Hook", "Mailbox", "check_address", "check_typed", "post", "send"]
