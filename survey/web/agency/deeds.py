"""What the audit's deeds are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from survey.account import Deed

DEEDS = {
    Deed.SIGNED_IN: _("signed in"),
    Deed.SIGN_IN_REFUSED: _("sign-in refused"),
    Deed.SIGNED_OUT: _("signed out"),
    Deed.CONFIRMED: _("showed once more who they are"),
    Deed.CONFIRM_REFUSED: _("did not show who they are"),
    Deed.ACCESS_REFUSED: _("access refused"),
    Deed.SESSION_ENDED: _("session ended"),
    Deed.PASSWORD_CHANGED: _("password changed"),
    Deed.CODES_SET: _("app for codes set up"),
    Deed.CODES_DROPPED: _("app for codes taken off"),
    Deed.PASSKEY_ADDED: _("passkey added"),
    Deed.PASSKEY_DROPPED: _("passkey taken off"),
    Deed.PASSKEY_REFUSED: _("passkey refused"),
    Deed.RECOVERY_MADE: _("recovery codes made"),
    Deed.RECOVERY_USED: _("recovery code used"),
    Deed.IDENTITY_LINKED: _("identity of a provider linked"),
    Deed.ACCOUNT_CREATED: _("account made"),
    Deed.GRANTED: _("role given"),
    Deed.REVOKED: _("role taken back"),
    Deed.RESET: _("first password made anew"),
    Deed.DISABLED: _("account closed"),
    Deed.ENABLED: _("account opened again"),
    Deed.KIOSK_ISSUED: _("kiosk issued"),
    Deed.KIOSK_REVOKED: _("kiosk revoked"),
    Deed.ORIGINAL_SEEN: _("original of a comment seen"),
    Deed.MASK_REVIEWED: _("mask of a comment seen to"),
    Deed.CASE_OPENED: _("case opened"),
    Deed.CASE_MOVED: _("case moved on"),
    Deed.ALERTS_ORDERED: _("alerts ordered"),
    Deed.ALERTS_ENDED: _("alerts ended"),
    Deed.DISPUTE_OPENED: _("ratings disputed"),
    Deed.FLAG_LOOKED_AT: _("flag looked at"),
    Deed.DISPUTE_DECIDED: _("dispute decided"),
    Deed.AUDIT_EXPORTED: _("audit taken out"),
    Deed.CATALOGUE_CHANGED: _("catalogue changed"),
    Deed.INSTRUMENT_PUBLISHED: _("questionnaire published"),
    Deed.VERSION_SET: _("version of a survey set"),
    Deed.INVITATIONS_ISSUED: _("invitations handed out"),
    Deed.COMPLETED_TOLD: _("completed dossiers told"),
    Deed.SENDER_ADDED: _("dossier system added"),
    Deed.SENDER_REVOKED: _("dossier system revoked"),
    Deed.EDITION_PROPOSED: _("edition proposed"),
    Deed.EDITION_PUBLISHED: _("edition published"),
    Deed.EDITION_REJECTED: _("edition rejected"),
}
