"""Formulas with a mistake made on purpose, for tests that must notice it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def mistaken(module: ModuleType, right: str, wrong: str) -> ModuleType:
    """A copy of the formulas with one text replaced."""
    source = Path(str(module.__file__)).read_text()
    assert right in source, "the mistake no longer fits the formula: mend this test"
    spec = importlib.util.spec_from_loader(f"mistaken_{module.__name__}", loader=None)
    assert spec is not None
    copy = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = copy
    try:
        exec(compile(source.replace(right, wrong), spec.name, "exec"), copy.__dict__)
    finally:
        del sys.modules[spec.name]
    return copy
