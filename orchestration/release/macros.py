"""Table macros of the released database, for analysts.

Names in them stand without a database: open the file, or attach it under any name and `use` that name.
"""

from __future__ import annotations

from pathlib import Path

_FILES = ("reading.sql", "comparisons.sql")

MACROS = "".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _FILES)
