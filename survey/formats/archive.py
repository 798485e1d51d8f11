"""Bundles as archives: the same content gives the same bytes, and nothing unexpected is read from one.

A bundle is a ZIP file whose members have one fixed time and no links, in the order of its manifest. Reading
never unpacks to a disk: members are streams, whose names and sizes are checked before the first byte.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from survey.errors import BadBundle, BundlePath, BundleTooLarge

#: bytes that a bundle may unpack to, and how often its own size
LARGEST, MOST_TIMES = 64 << 30, 400
#: bytes below which the second limit says nothing
SMALL = 64 << 20

_TIME = (1980, 1, 1, 0, 0, 0)
_LEVEL = 6
_CHUNK = 1 << 20
_LINK = 0o120000


@dataclass(frozen=True)
class Member:
    """One file of a bundle, as the manifest lists it. digest: SHA-256 (hex)."""

    name: str
    media_type: str
    length: int
    digest: str


class _Hashing:
    """Writes on, counts and hashes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash, self.length = file, hashlib.sha256(), 0

    def write(self, some: bytes) -> int:
        self._hash.update(some)
        self.length += len(some)
        return self._file.write(some)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class Writer:
    """Writes a bundle member by member; `members` are those written so far."""

    def __init__(self, file: IO[bytes], *, more: bool = False) -> None:
        """more: the file holds a bundle already, to which members are added."""
        self._zip = zipfile.ZipFile(file, "a" if more else "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self.members: list[Member] = []

    @contextmanager
    def member(self, name: str, media_type: str) -> Iterator[_Hashing]:
        """A file of the bundle to write bytes to."""
        info = zipfile.ZipInfo(name, _TIME)
        info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
        info.external_attr = 0o100644 << 16
        with self._zip.open(info, "w", force_zip64=True) as file:
            hashing = _Hashing(file)
            yield hashing
        self.members.append(Member(name, media_type, hashing.length, hashing.hexdigest()))

    def add(self, name: str, media_type: str, content: bytes) -> None:
        with self.member(name, media_type) as file:
            file.write(content)

    def close(self) -> None:
        self._zip.close()


@dataclass(frozen=True)
class Reader:
    """A bundle whose names and sizes were found to be in order."""

    archive: zipfile.ZipFile
    infos: Mapping[str, zipfile.ZipInfo]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.infos)

    @contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        """A member as a file. Raises BadBundle where it is not there, damaged or cut off."""
        if name not in self.infos:
            raise BadBundle(file=name, fault="missing")
        try:
            with self.archive.open(self.infos[name]) as file:
                yield file
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as fault:
            raise BadBundle(file=name, fault=str(fault)) from fault

    def read(self, name: str, most: int = SMALL) -> bytes:
        """A member as a whole, up to `most` bytes. Raises BadBundle, BundleTooLarge."""
        with self.stream(name) as file:
            found = file.read(most + 1)
        if len(found) > most:
            raise BundleTooLarge(file=name)
        return found

    def measure(self, name: str) -> tuple[int, str]:
        """Bytes and SHA-256 (hex) of a member."""
        found = hashlib.sha256()
        length = 0
        with self.stream(name) as file:
            while some := file.read(_CHUNK):
                found.update(some)
                length += len(some)
        return length, found.hexdigest()


def end_of_members(file: IO[bytes]) -> int:
    """Where a bundle's table of contents begins: what stands before it stays when members are added."""
    with zipfile.ZipFile(file) as archive:
        return archive.start_dir


def opened(file: IO[bytes] | io.RawIOBase) -> Reader:
    """A bundle to read. Raises BadBundle, BundlePath, BundleTooLarge; nothing is unpacked."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise BadBundle(fault=str(fault)) from fault
    infos = archive.infolist()
    _check_names(infos)
    _check_sizes(infos)
    return Reader(archive, {info.filename: info for info in infos})


def _check_names(infos: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        parts = name.split("/")
        outside = name.startswith("/") or "\\" in name or ":" in name or not {"", ".", ".."}.isdisjoint(parts)
        linked = info.external_attr >> 16 & 0o170000 == _LINK
        if outside or linked or name.casefold() in seen or info.flag_bits & 1:
            raise BundlePath(file=name[:120])
        seen.add(name.casefold())


def _check_sizes(infos: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos)
    if unpacked > LARGEST or (unpacked > SMALL and unpacked > MOST_TIMES * packed):
        raise BundleTooLarge(bytes=unpacked)
    starts = sorted((info.header_offset, info.compress_size) for info in infos)
    if any(at + size > after for (at, size), (after, _) in itertools.pairwise(starts)):
        raise BundleTooLarge(bytes=unpacked)
