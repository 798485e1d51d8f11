"""What the staff are told of refusals: code -> headline, and what it means and what can be done."""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for translation; it is translated when a page is made."""
    return text


STAFF: dict[str, tuple[str, str]] = {
    "unknown-selection": (
        _("There are no such answers"),
        _(
            "Nobody answered in that period, or with that choice. Please choose from the lists of the dashboard."
        ),
    ),
    "contradictory-filters": (
        _("These filters exclude each other"),
        _(
            "No answer can be both. A procedure belongs to one field, and each filter has one value at a time."
        ),
    ),
    "too-many-filters": (
        _("Too many filters"),
        _("Two may be set at once. With more, groups would be so small that one could guess who said what."),
    ),
    "asked-by-many": (
        _("Many people are looking at figures"),
        _("Those who answer go first. This page opens again by itself in a few seconds."),
    ),
    "not-signed-in": (_("Please sign in"), _("This page is for people who work with the service.")),
    "signed-out": (
        _("You are signed out."),
        _("You were before this press: by another one, in another tab, or because your session was over."),
    ),
    "session-ended": (
        _("Please sign in again"),
        _(
            "Your session is over: it stood unused for an hour, was ended elsewhere, or twelve hours have passed."
        ),
    ),
    "not-allowed": (
        _("This is not yours to see"),
        _(
            "Your roles do not reach this page or this agency. Whoever gives the roles in your agency can change that."
        ),
    ),
    "wrong-name-or-password": (
        _("That did not fit"),
        _(
            "The name or the password is wrong, or the account is closed. Capital letters count in the password."
        ),
    ),
    "too-many-attempts": (
        _("Too many attempts"),
        _("This attempt was not looked at, even if it was right. Please wait some minutes, then try again."),
    ),
    "wrong-code": (
        _("The code did not fit"),
        _(
            "Please type the newest code; a recovery code works once. If none fits, see whether the telephone's clock is set by the network."
        ),
    ),
    "code-already-used": (
        _("This code was used before"),
        _("Each code works once. Please wait for the next one; it comes within half a minute."),
    ),
    "confirmation-needed": (
        _("Please show once more who you are"),
        _(
            "This changes what an account may do, and you last showed it more than ten minutes ago. Nothing was changed."
        ),
    ),
    "second-factor-needed": (
        _("A second factor comes first"),
        _(
            "Whoever decides about other people's accounts, or about what everybody will read, needs more than a password. Please set up a passkey or an app for codes."
        ),
    ),
    "passkey-refused": (
        _("The passkey was refused"),
        _(
            "It is not known here, or was made for another address. Please see that the address in the browser is the right one."
        ),
    ),
    "passkey-known": (
        _("This passkey is known already"),
        _("The device holds a passkey of this account. Nothing was changed."),
    ),
    "sign-in-expired": (
        _("That took too long"),
        _("The step was begun too long ago, in another tab, or is done already. Please begin again."),
    ),
    "provider-refused": (
        _("The provider's answer was refused"),
        _(
            "It does not belong to what was asked from this browser. Please begin again from the sign-in page."
        ),
    ),
    "provider-declined": (
        _("The provider did not let you in"),
        _("You cancelled there, or it refused. Try once more, or use name and password."),
    ),
    "provider-unavailable": (
        _("The provider cannot be reached"),
        _("Please try again in a minute, or sign in with name and password."),
    ),
    "no-account-for-identity": (
        _("No account belongs to this person"),
        _(
            "The provider knows you, but no account here is tied to you. Whoever makes accounts in your agency can enter your address."
        ),
    ),
    "unknown-account": (_("There is no such account"), _("Nobody of this agency has this name.")),
    "name-taken": (
        _("This name is taken"),
        _(
            "Somebody signs in with this name already. Please choose another one. If you made this account just now by a second press, its page gives a new first password."
        ),
    ),
    "address-taken": (_("This address is taken"), _("Another account has this e-mail address.")),
    "bad-name": (
        _("The name does not fit"),
        _(
            "A name to sign in with has 3 to 80 small letters without marks, digits, dots, hyphens or @. The person's own name has 1 to 100 letters."
        ),
    ),
    "bad-address": (
        _("The address does not fit"),
        _("Please type one e-mail address, as name@example.vn."),
    ),
    "unknown-role": (_("There is no such role"), _("Please choose a role from the list.")),
    "cannot-give": (
        _("This is not yours to give"),
        _(
            "Nobody gives or takes a role above their own or outside their agencies, nor decides about somebody who has one."
        ),
    ),
    "bad-pin": (_("The PIN does not fit"), _("A PIN has four to eight digits, or is left out.")),
    "own-account": (
        _("This is your own account"),
        _("Somebody else has to decide about it. Nothing was changed."),
    ),
    "password-too-short": (
        _("The password is too short"),
        _("Please take at least twelve characters. Three or four words in a row are easy to keep in mind."),
    ),
    "password-too-long": (_("The password is too long"), _("Please take at most 128 characters.")),
    "password-too-common": (
        _("This password is tried first"),
        _(
            "It is among those that people use most, or says the name. Please take words that only you would put together."
        ),
    ),
    "password-unchanged": (_("This is the password you had"), _("Please take another one.")),
    "passwords-differ": (_("The two passwords differ"), _("Please type the new password twice, alike.")),
    "audit-broken": (
        _("The audit does not follow"),
        _("An entry was changed, or one is missing. The operator can see which."),
    ),
    "unknown-edition": (
        _("There is no such edition"),
        _("No edition of this name, or no such revision of it, has been published."),
    ),
    "period-open": (
        _("The period is not over yet"),
        _(
            "An edition is made once its last day is past and all of its answers are sealed. Nothing was kept."
        ),
    ),
    "nothing-to-publish": (
        _("Nobody answered in this period"),
        _("There are no figures that could be frozen. Nothing was kept."),
    ),
    "checkpoint-mismatch": (
        _("The checkpoint does not match"),
        _(
            "The edition rests on a checkpoint that is not the one meant, or not one of this ledger. Please look "
            "at the ledger, and propose the edition once more."
        ),
    ),
    "edition-proposed": (
        _("An edition waits already"),
        _(
            "One proposal of this edition is being made or waits for a decision. Please decide on that one first."
        ),
    ),
    "edition-is-frozen": (
        _("This edition does not change any more"),
        _("It was published or rejected before. A correction is a new revision."),
    ),
    "same-person": (
        _("Another person has to publish it"),
        _("Whoever proposed an edition does not publish it: two people stand for every figure."),
    ),
    "too-few-changed": (
        _("Too few answers lie between two revisions"),
        _(
            "Fewer than ten people have come since an earlier revision: the difference would tell what they said. "
            "Please wait for more answers. Nothing was kept."
        ),
    ),
    "figures-differ": (
        _("A figure does not follow from its counts"),
        _(
            "What would be published could not be computed from what would be published with it. Nothing was "
            "kept; please tell whoever keeps the service."
        ),
    ),
    "bundle-unreadable": (
        _("That is no whole bundle"),
        _("The file is no bundle of an edition, or it is damaged or cut off."),
    ),
    "bundle-newer": (
        _("The bundle is newer than this service"),
        _("It was made by a newer version. Please check it with that version."),
    ),
    "bundle-path": (
        _("The bundle is not in order"),
        _("It holds a link, a path that leads out of it, or one name twice. Nothing of it was unpacked."),
    ),
    "bundle-too-large": (
        _("The bundle unpacks to too much"),
        _("A file in it is far larger than it should be. Nothing of it was unpacked."),
    ),
    "unknown-comment": (
        _("There is no such comment"),
        _("No comment has this number, or it is another agency's to read."),
    ),
    "own-agency": (
        _("Somebody of another agency decides this"),
        _("You belong to the agency that it is about. Nothing was changed."),
    ),
    "own-dispute": (
        _("Somebody else decides this"),
        _("You disputed these ratings yourself. Nothing was changed."),
    ),
    "unknown-case": (
        _("There is no such case"),
        _("No case has this number or receipt, or it is another agency's. Please check the code once more."),
    ),
    "case-closed": (
        _("This case is closed"),
        _(
            "It was confirmed as solved. Nothing was sent. To tell of something else, please rate your next visit."
        ),
    ),
    "case-known": (
        _("You have asked already"),
        _("There is a case for this response. You see it below your receipt, and can write there."),
    ),
    "move-not-allowed": (
        _("Not now"),
        _("The case has moved on since the page was opened, or has not come so far. Nothing was changed."),
    ),
    "nothing-said": (_("Nothing was written"), _("Please write what you want to say, then send.")),
    "not-in-comment": (
        _("A text to mask does not stand in the comment"),
        _("Please copy each text from the comment as it is written there. Nothing was masked yet."),
    ),
    "unknown-dispute": (
        _("There is no such dispute"),
        _("It was decided already, or is not yours to decide. Nothing was changed."),
    ),
    "nothing-to-dispute": (
        _("Nothing to dispute"),
        _(
            "No sealed rating fits, fewer than five do, or they were disputed before. Ratings of a place and day are disputed all together."
        ),
    ),
    "target-refused": (
        _("This address is not used"),
        _("It has to begin with https and lead outside, without a name or password in it. Nothing was kept."),
    ),
    "subscription-known": (
        _("Digests go there already"),
        _("To have them sent at other times, end the ones in the list first."),
    ),
    "unknown-subscription": (
        _("There is nothing to end here"),
        _("The address may be mistyped. Nothing was changed."),
    ),
    "catalogue-changed": (
        _("Somebody else was faster"),
        _(
            "The catalogue was changed after you opened this page. Nothing was applied. Below stands what your file "
            "would change now; please look at it once more."
        ),
    ),
    "unknown-draft": (
        _("This preview is over"),
        _("It was applied already, is older than a day, or is somebody else's. Please send the file again."),
    ),
    "reason-missing": (
        _("Please say why"),
        _("Every change keeps its reason: the decision it follows, or what was wrong before."),
    ),
    "unknown-instrument": (
        _("There is no such questionnaire"),
        _(
            "Neither a published version nor a draft has this name. It may have been published or thrown away."
        ),
    ),
    "instrument-unfinished": (
        _("This draft is not finished"),
        _(
            "It cannot be published before everything that it still lacks is there. The list below tells what."
        ),
    ),
    "file-too-large": (
        _("The file is too large"),
        _("A file may have up to 2 MB. Nothing was taken from it. Please send only the rows that change."),
    ),
}
