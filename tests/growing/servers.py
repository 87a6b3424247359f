"""What machines have in common: the store behind its door, the database, the broker."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from orchestration.base.settings import PROJECT_ROOT
from tests.growing.door import Door
from tests.growing.processes import Process, free_port, listens

_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_OWNER = "postgres"
BUCKET = "office"


def lacking() -> list[str]:
    """Debian packages that must be installed first."""
    needed = {
        "postgresql": bool(_POSTGRES),
        "rabbitmq-server": _RABBITMQ.exists() and shutil.which("epmd") is not None,
    }
    return [package for package, is_there in needed.items() if not is_there]


class Store:
    """An S3 server that keeps its content over a restart, and the door through which all go to it."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        command = [sys.executable, "-m", "tests.growing.store", str(self._port), str(folder / "store.jsonl")]
        self._process = Process("the store", command, folder / "store.log", folder=PROJECT_ROOT)
        self.door = Door(free_port(), self._port)
        self.environment = {
            "AWS_ACCESS_KEY_ID": "trial",
            "AWS_SECRET_ACCESS_KEY": "trial",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.door.port}",
        }

    def start(self) -> None:
        """Start with what was recorded; nobody is let in before all of it is there again."""
        self._process.log.unlink(missing_ok=True)
        self._process.start()
        self._process.wait_until(lambda: b"ready" in self._process.log.read_bytes(), 120)
        self.door.reopen()

    def restart(self, pause: float) -> float:
        """Kill it, leave it away for a while, start it again; gives the seconds of all."""
        began = time.monotonic()
        self.door.shut()
        self._process.kill()
        time.sleep(pause)
        self.start()
        return time.monotonic() - began

    def end(self) -> None:
        """Stop both."""
        self.door.close()
        self._process.end()


class Database:
    """A cluster of PostgreSQL in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder / "database", free_port()
        self._bin = _POSTGRES[-1]
        command = [
            str(self._bin / "postgres"), "-D", str(self._folder), "-p", str(self._port), "-h", "127.0.0.1",
            "-k", str(self._folder), "-c", "fsync=off",
        ]  # fmt: skip
        self._process = Process("the database", command, folder / "database.log", folder=folder, user=_OWNER)
        self.url = f"postgresql+psycopg2://{_OWNER}@127.0.0.1:{self._port}/{_OWNER}"
        self.environment = {"MOBILITY_DATABASE": self.url, "MOBILITY_RESULTS": f"db+{self.url}"}

    def start(self) -> None:
        """Make the folder ready, start, wait."""
        self._folder.mkdir(mode=0o700)
        as_owner: dict[str, object] = {}
        if os.geteuid() == 0:
            shutil.chown(self._folder, _OWNER)
            as_owner = {"user": _OWNER, "extra_groups": []}
        initdb = [str(self._bin / "initdb"), "-D", str(self._folder), "-U", _OWNER, "-A", "trust", "-N"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=self._folder, **as_owner)  # type: ignore[call-overload]
        self._process.start()
        ready = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        self._process.wait_until(lambda: subprocess.run(ready).returncode == 0, 60)

    def end(self) -> None:
        """Stop it."""
        self._process.end()


class Broker:
    """RabbitMQ with a name, ports and a folder of its own."""

    def __init__(self, folder: Path) -> None:
        home, names = folder / "broker", free_port()
        home.mkdir()
        self._port = free_port()
        environment = {
            "HOME": str(home),  # of Erlang's cookie
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "grow@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(home),
            "RABBITMQ_LOG_BASE": str(home),
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        }
        self._names = Process("epmd", ["epmd"], folder / "epmd.log", environment, folder)
        self._process = Process("the broker", [str(_RABBITMQ)], folder / "broker.log", environment, folder)
        self.url = f"pyamqp://guest:guest@127.0.0.1:{self._port}//"
        self.environment = {"MOBILITY_BROKER": self.url}

    def start(self) -> None:
        """Start both, wait."""
        self._names.start()
        self._process.start()
        self._process.wait_until(lambda: listens(self._port), 120)

    def end(self) -> None:
        """Stop both."""
        self._process.end()
        self._names.end()


@dataclass
class Common:
    """All three."""

    store: Store
    database: Database
    broker: Broker

    @classmethod
    def begin(cls, folder: Path) -> Common:
        """Start them with nothing in them, but for an empty bucket."""
        common = cls(Store(folder), Database(folder), Broker(folder))
        for one in (common.store, common.database, common.broker):
            one.start()
        os.environ.update(common.environment)
        import s3fs

        s3fs.S3FileSystem().mkdir(BUCKET)
        return common

    @property
    def environment(self) -> dict[str, str]:
        """What everybody must know, and all that they have in common."""
        return self.store.environment | self.database.environment | self.broker.environment

    def end(self) -> None:
        """Stop them."""
        for one in (self.broker, self.database, self.store):
            one.end()
