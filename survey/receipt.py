"""Receipts and the ledger's tree: a promise of inclusion that its holder can check.

A response's *commitment* is SHA-256 over a salt and its canonical bytes. Commitments are the leaves
of a Merkle tree as in RFC 6962 (Certificate Transparency) section 2.1. The receipt signs the
commitment (Ed25519), and tells nothing of the answers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: bytes of a commitment that a receipt's code holds (80 bits, 16 letters)
CODE_BYTES = 10


@dataclass(frozen=True)
class Keys:
    """The service's secrets: `salt` keys salts and hashes of ids, `signing` signs promises."""

    salt: bytes
    signing: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The key that receipts and checkpoints are verified with (Ed25519, 32 bytes)."""
        return self.signing.public_key().public_bytes_raw()

    @classmethod
    def of(cls, salt: bytes, seed: bytes) -> Keys:
        """Keys from 32 secret bytes each."""
        return cls(salt, Ed25519PrivateKey.from_private_bytes(seed))


@dataclass(frozen=True)
class Receipt:
    """What the respondent takes home. The same response always gets the same receipt."""

    commitment: bytes
    keys: Keys = field(repr=False, compare=False)

    @cached_property
    def signature(self) -> bytes:
        """The promise that the commitment will be in the ledger (64 bytes).

        Made when somebody looks at it: the way to the receipt's page needs the code alone.
        """
        return self.keys.signing.sign(_promise(self.commitment))

    @property
    def code(self) -> str:
        return code_of(self.commitment)


def code_of(commitment: bytes) -> str:
    """Sixteen letters and digits in groups of four; `read_code` forgives 0 for O and 1 for I."""
    letters = base64.b32encode(commitment[:CODE_BYTES]).decode()
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def read_code(code: str) -> bytes | None:
    """The commitment's first bytes from a code as people type it; None if it is not one."""
    letters = "".join(code.split()).replace("-", "").upper().replace("0", "O").replace("1", "I")
    if len(letters) != 16:
        return None
    try:
        return base64.b32decode(letters)
    except ValueError:
        return None


def salt_of(key: bytes, response_id: str) -> bytes:
    """The salt of a response (16 bytes): keyed, so that a replay meets the same commitment."""
    return hmac.digest(key, b"salt\0" + response_id.encode(), "sha256")[:16]


def hash_of_id(key: bytes, response_id: str) -> bytes:
    """What is kept of a client-made id (32 bytes): enough to know a replay, nothing to trace."""
    return hmac.digest(key, b"id\0" + response_id.encode(), "sha256")


def commit(salt: bytes, canonical: bytes) -> bytes:
    """The commitment to a response: 32 bytes."""
    return hashlib.sha256(salt + canonical).digest()


def _promise(commitment: bytes) -> bytes:
    return b"hai-long receipt v1\0" + commitment


def sign_checkpoint(keys: Keys, size: int, root: bytes) -> bytes:
    """Sign the ledger's root at a size (64 bytes)."""
    return keys.signing.sign(_checkpoint(size, root))


def _checkpoint(size: int, root: bytes) -> bytes:
    return b"hai-long checkpoint v1\0" + size.to_bytes(8, "big") + root


def _published(edition: str, manifest: str, at: int) -> bytes:
    return f"hai-long edition v1\0{edition}\0{manifest}\0{at}".encode()


def sign_edition(keys: Keys, edition: str, manifest: str, at: int) -> bytes:
    """Sign an edition's manifest (64 bytes). edition: "code/r1" · manifest: its SHA-256 (hex)"""
    return keys.signing.sign(_published(edition, manifest, at))


def verify_edition(key: bytes, edition: str, manifest: str, at: int, signature: bytes) -> bool:
    """Tell whether an edition's manifest was signed with this public key (32 bytes)."""
    return _holds(key, signature, _published(edition, manifest, at))


def verify_checkpoint(key: bytes, size: int, root: bytes, signature: bytes) -> bool:
    """Tell whether the ledger's root at a size was signed with this public key (32 bytes)."""
    return _holds(key, signature, _checkpoint(size, root))


def _holds(key: bytes, signature: bytes, what: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, what)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify(public_key: Ed25519PublicKey, commitment: bytes, signature: bytes) -> bool:
    """Tell whether the receipt of a commitment was signed with this service's key."""
    try:
        public_key.verify(signature, _promise(commitment))
    except InvalidSignature:
        return False
    return True


# The tree of RFC 6962, section 2.1.


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_hash(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (or over subtree roots of equal, complete size)."""
    if not hashes:
        return hashlib.sha256().digest()
    level = list(hashes)
    while len(level) > 1:
        paired = list(map(node_hash, level[0::2], level[1::2]))
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def inclusion_proof(position: int, size: int, subtree: Callable[[int, int], bytes]) -> tuple[bytes, ...]:
    """The audit path of the leaf at `position` (from 0) in the tree of `size` leaves.

    subtree: gives the root over leaves start to end (excluded).
    """

    def path(low: int, high: int) -> list[bytes]:
        if high - low == 1:
            return []
        split = low + _largest_power_below(high - low)
        if position < split:
            return [*path(low, split), subtree(split, high)]
        return [*path(split, high), subtree(low, split)]

    if not 0 <= position < size:
        raise IndexError(position)
    return tuple(path(0, size))


def root_from_proof(leaf: bytes, position: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that a proof leads to (RFC 9162 section 2.1.3.2); compare it with the checkpoint's."""
    first, last, found = position, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ValueError("the proof is longer than the tree is high")
        if first % 2 or first == last:
            found = node_hash(step, found)
            while first % 2 == 0 and first:
                first, last = first // 2, last // 2
        else:
            found = node_hash(found, step)
        first, last = first // 2, last // 2
    if last:
        raise ValueError("the proof is shorter than the tree is high")
    return found


def _largest_power_below(n: int) -> int:
    return 1 << ((n - 1).bit_length() - 1)
