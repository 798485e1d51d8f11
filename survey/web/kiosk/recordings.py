"""Questions spoken by people, as files that the operator puts into `instance/audio/<language>/`.

A machine's voice is never made here: what nobody has recorded has no address.
"""

from __future__ import annotations

import re
from pathlib import Path

from flask import current_app

#: what a recording may be named: an item's code, and a kind that browsers play
NAME = re.compile(r"([0-9A-Za-z_.-]{1,60})\.(?:mp3|ogg|opus|m4a|wav|webm)")
LANGUAGE = re.compile(r"[a-z]{2,3}")

#: language, item, name of the file, and what changes when another takes its place
Recording = tuple[str, str, str, int]


def folder() -> Path:
    return Path(current_app.instance_path) / "audio"


def all_of() -> tuple[Recording, ...]:
    """Every recording there is; the last kind in the order of names where an item has several."""
    found = []
    for file in sorted(folder().glob("*/*")):
        named, language = NAME.fullmatch(file.name), file.parent.name
        if named and LANGUAGE.fullmatch(language) and file.is_file():
            found.append((language, named[1], file.name, file.stat().st_mtime_ns))
    return tuple(found)
