"""Receipts and the tree they point into: what a holder can check without trusting anybody."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.receipt import (
    Keys,
    Receipt,
    commit,
    hash_of_id,
    inclusion_proof,
    leaf_hash,
    read_code,
    root_from_proof,
    salt_of,
    tree_hash,
    verify,
)

KEYS = Keys.of(bytes(range(32)), bytes(range(32, 64)))

# Certificate Transparency's own test vectors: the inputs and the roots of the first eight leaves,
# as in the reference implementation's test data for RFC 6962.
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", sorted(ROOTS))
def test_the_root_is_the_one_of_certificate_transparency(size: int) -> None:
    assert tree_hash([leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


@given(st.integers(1, 200), st.data())
def test_a_proof_leads_from_any_leaf_to_the_root(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(bytes([i])) for i in range(size)]
    position = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(position, size, lambda start, end: tree_hash(leaves[start:end]))
    root = tree_hash(leaves)
    assert root_from_proof(leaves[position], position, size, proof) == root
    assert root_from_proof(leaf_hash(b"another"), position, size, proof) != root


@pytest.mark.parametrize("change", [1, -1])
def test_a_proof_of_another_length_is_refused(change: int) -> None:
    leaves = [leaf_hash(bytes([i])) for i in range(8)]
    proof = inclusion_proof(3, 8, lambda start, end: tree_hash(leaves[start:end]))
    broken = (*proof, b"x" * 32) if change > 0 else proof[:-1]
    with pytest.raises(ValueError, match="proof is"):
        root_from_proof(leaves[3], 3, 8, broken)


def test_there_is_no_proof_of_a_leaf_outside_the_tree() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(8, 8, lambda _start, _end: b"")


def test_a_receipt_is_the_same_whenever_it_is_given() -> None:
    commitment = commit(b"s" * 16, b"{}")
    assert Receipt(commitment, KEYS).signature == Receipt(commitment, KEYS).signature


def test_a_receipt_that_was_not_given_here_is_told_from_one_that_was() -> None:
    public = KEYS.signing.public_key()
    commitment = commit(b"s" * 16, b"{}")
    signature = Receipt(commitment, KEYS).signature
    assert verify(public, commitment, signature)
    assert not verify(public, commit(b"t" * 16, b"{}"), signature)
    assert not verify(Keys.of(b"", bytes(32)).signing.public_key(), commitment, signature)


@given(st.binary(min_size=32, max_size=32))
def test_a_code_is_read_as_people_type_it(commitment: bytes) -> None:
    code = Receipt(commitment, KEYS).code
    typed = code.lower().replace("-", " ").replace("o", "0")
    assert read_code(code) == read_code(typed) == commitment[:10]


@pytest.mark.parametrize("typed", ["", "ABCD", "????-????-????-????", "1111-8888-9999-1111"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_a_commitment_hides_its_content_behind_the_salt() -> None:
    assert commit(b"a" * 16, b"5") != commit(b"b" * 16, b"5")
    assert commit(b"a" * 16, b"5") == hashlib.sha256(b"a" * 16 + b"5").digest()


def test_the_kept_hash_of_an_id_needs_the_key() -> None:
    assert hash_of_id(b"1" * 32, "id") != hash_of_id(b"2" * 32, "id")
    assert salt_of(b"1" * 32, "id") != hash_of_id(b"1" * 32, "id")[:16]
    assert len(salt_of(b"1" * 32, "id")) == 16
