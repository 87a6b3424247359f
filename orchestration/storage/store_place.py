"""The place of a home on an object store: what goes wrong there is told as an error that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.storage.place import Place

_NO_ACCESS = ("NoCredentialsError", "PartialCredentialsError", "PermissionError", "TokenRetrievalError")


class StorePlace(Place):
    """A place whose every operation ends well or with a `MobilityError`."""

    def names(self, folder: str) -> list[str]:
        """As of any place."""
        with self._telling(folder):
            return super().names(folder)

    def versions(self, folder: str) -> dict[str, str]:
        """As of any place."""
        with self._telling(folder):
            return super().versions(folder)

    def read(self, name: str) -> bytes | None:
        """As of any place."""
        with self._telling(name):
            return super().read(name)

    def sha256(self, name: str) -> str | None:
        """As of any place."""
        with self._telling(name):
            return super().sha256(name)

    def version(self, name: str) -> str | None:
        """As of any place."""
        with self._telling(name):
            return super().version(name)

    def fetch(self, name: str, path: Path) -> None:
        """As of any place."""
        with self._telling(name):
            super().fetch(name, path)

    def send(self, path: Path, name: str) -> None:
        """As of any place."""
        with self._telling(name):
            super().send(path, name)

    def write(self, name: str, content: bytes) -> None:
        """As of any place."""
        with self._telling(name):
            super().write(name, content)

    def create(self, name: str, content: bytes) -> bool:
        """As of any place."""
        with self._telling(name):
            return super().create(name, content)

    @contextmanager
    def _telling(self, name: str) -> Iterator[None]:
        try:
            yield
        except MobilityError:
            raise
        except Exception as problem:
            kind = type(problem).__name__
            raise MobilityError(
                "The store of this home cannot be used as it must be.",
                where=self.name(name),
                expected="a store that answers, and the right to read and write there",
                found=f"{kind}: {problem}",
                remedy=(
                    "give access (of S3: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile)"
                    if kind in _NO_ACCESS
                    else "wait until the store answers again"
                )
                + ", then give the same command again; nothing half done is visible",
            ) from problem
