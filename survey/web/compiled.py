"""Templates as compiled code, kept beside that of the modules: one process compiles them, and all others start with it.

It goes by a template's text: whoever changes how the environment reads all of them empties the folder.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class Compiled(FileSystemBytecodeCache):
    """Code in a folder; where it may not be written, a process has what it compiled itself."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), "%s.template")

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def hang(app: Flask) -> None:
    """Compile templates where Python compiles the modules."""
    folder = Path(cache_from_source(f"{app.root_path}/__init__.py")).parent
    app.jinja_env.bytecode_cache = Compiled(folder)
