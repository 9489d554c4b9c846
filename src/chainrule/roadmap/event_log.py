"""The log of what the learner did: one SQLite file, to which events are added and nothing else.

It lies in the user's data folder, or in the one that the environment variable CHAINRULE_HOME names.
An event is one transaction, on the disk when `add` returns; whoever is killed loses none. Several
processes may add at once. The file is opened at the first use and made when the first event is
added.

A file that cannot be read is set aside under another name, never deleted; the events that can
still be read go into the new one.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from chainrule.ground import writing
from chainrule.ground.events import Event
from chainrule.ground.words import counted
from chainrule.roadmap.errors import RoadmapError

HOME = "CHAINRULE_HOME"
"""The environment variable that names the folder of the learner's files."""

FILE = "progress.db"
VERSION = 1
"""Of the tables; SQLite keeps it as the file's `user_version`."""

WAIT = 30_000
"""Milliseconds to wait for another process that is writing."""

SCHEMA = f"""
PRAGMA journal_mode = WAL;
CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
);
CREATE TABLE kept (what TEXT PRIMARY KEY, number INTEGER NOT NULL, body TEXT NOT NULL);
PRAGMA user_version = {VERSION};
"""
"""`events` has each event as JSON. `kept` is what was computed from them, to be thrown away."""

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
ATTEMPTS = 5

Result = TypeVar("Result")


def home() -> Path:
    """The folder of the learner's files; it need not exist yet."""
    named = os.environ.get(HOME)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("chainrule", appauthor=False)


class Log:
    """The events of one learner. `notices` are lines for them, such as of a file set aside."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or home() / FILE
        self.notices: list[str] = []
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def add(self, *events: Event) -> int:
        """Add events, all or none; how many are new. An id that is there already is left out."""
        rows = [(event.id, json.dumps(event.to_dict(), ensure_ascii=False)) for event in events]

        def insert(database: sqlite3.Connection) -> int:
            before = database.total_changes
            with transaction(database):
                database.executemany(
                    "INSERT INTO events (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", rows
                )
            return database.total_changes - before

        added = 0
        for _ in range(ATTEMPTS):
            added += self._do(insert, make=True) or 0
            if self._file == identity(self.path):
                return added
        raise RoadmapError("other processes take its place again and again", file=self.path)

    def after(self, number: int = 0) -> Iterator[tuple[int, Event]]:
        """The events after this number, with their numbers, in the order they were added.

        What cannot be read, and kinds that only a later version knows, are left out.
        """
        for at, body in self._rows(number):
            with suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
                event = Event.from_dict(json.loads(body))
                if event is not None:
                    yield at, event

    def events(self) -> list[Event]:
        """All events, in the order in which they happened."""
        return sorted((event for _, event in self.after()), key=when)

    def _rows(self, number: int) -> list[tuple[int, str]]:
        query = "SELECT number, body FROM events WHERE number > ? ORDER BY number"
        return self._do(lambda database: database.execute(query, (number,)).fetchall()) or []

    def kept(self, what: str) -> tuple[int, str] | None:
        """What was computed last, and the number of the last event it was computed from."""
        query = "SELECT number, body FROM kept WHERE what = ?"
        return self._do(lambda database: database.execute(query, (what,)).fetchone())

    def keep(self, what: str, number: int, body: str) -> None:
        """Keep something computed from the events up to this number."""

        def replace(database: sqlite3.Connection) -> None:
            with transaction(database):
                database.execute(
                    "INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (what, number, body)
                )

        self._do(replace)

    def lines(self) -> str:
        """All events as JSON Lines, as another log reads them in."""
        return "".join(line(event) for event in self.events())

    def read_in(self, text: str) -> tuple[int, int]:
        """Add the events of JSON Lines; how many are new, and how many lines make no sense."""
        found, bad = [], 0
        for each in filter(str.strip, text.splitlines()):
            try:
                event = Event.from_dict(json.loads(each))
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                bad += 1
                continue
            if event is not None:
                found.append(event)
        return self.add(*found) if found else 0, bad

    def reset(self) -> Path | None:
        """Write all events to a file of the archive and begin anew; None if there was none."""

        def archive(database: sqlite3.Connection) -> Path | None:
            with transaction(database):
                bodies = database.execute("SELECT body FROM events ORDER BY number").fetchall()
                if not bodies:
                    return None
                place = self._written("".join(f"{body}\n" for (body,) in bodies).encode())
                database.execute("DELETE FROM events")
                database.execute("DELETE FROM kept")
            return place

        return self._do(archive)

    def _written(self, content: bytes) -> Path:
        """A new file of the archive with this content."""
        folder = self.path.parent / "archive"
        folder.mkdir(exist_ok=True)
        for name in names(folder / f"progress-{datetime.now():%Y-%m-%d}.jsonl"):
            with suppress(FileExistsError):
                writing.create(name, content)
                return name
        raise AssertionError

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = self._file = None

    def _do(
        self, work: Callable[[sqlite3.Connection], Result], make: bool = False
    ) -> Result | None:
        """The result of work on the open file; None where there is no file and none is made."""
        for _ in range(ATTEMPTS):
            try:
                database = self._open(make)
                return None if database is None else work(database)
            except sqlite3.DatabaseError as fault:
                self.close()
                if not damaged(fault):
                    raise self._refused(fault) from fault
                self._set_aside()
            except OSError as fault:
                self.close()
                raise self._refused(fault) from fault
        raise RoadmapError("it is damaged again and again", file=self.path)

    def _refused(self, fault: BaseException) -> RoadmapError:
        return RoadmapError(f"the record cannot be used: {writing.reason(fault)}", file=self.path)

    def _open(self, make: bool) -> sqlite3.Connection | None:
        """The file, open; opened again where another process has put another in its place."""
        there = identity(self.path)
        if self._connection is not None and there == self._file:
            return self._connection
        self.close()
        if there is None:
            if not make:
                return None
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                writing.create(self.path, empty())
        self._file = identity(self.path)
        self._connection = opened(self.path)
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            self.close()
            raise RoadmapError(
                "a later version of Chainrule wrote it; use that one", file=self.path
            )
        return self._connection

    def _set_aside(self) -> None:
        """Give a damaged file another name, and put what can be read of it into a new one."""
        with suppress(sqlite3.DatabaseError), closing(opened(self.path)) as database:
            if database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]:
                return  # another process has been here before
        readable = "\n".join(salvaged(self.path))
        aside = next(names(self.path.with_name("progress-damaged.db")))
        for end in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                self.path.with_name(self.path.name + end).rename(aside.with_name(aside.name + end))
        number, _ = self.read_in(readable)
        self.notices.append(
            f"{self.path} was damaged: it is kept as {aside.name}, and a new one takes its place, "
            f"with the {counted(number, 'event')} that could be read"
        )


def when(event: Event) -> tuple[str, str]:
    """What events are ordered by, on every machine alike."""
    return event.at, event.id


def line(event: Event) -> str:
    return json.dumps(event.to_dict(), ensure_ascii=False) + "\n"


def empty() -> bytes:
    """The file of a log without events."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        with closing(sqlite3.connect(path)) as database:
            database.executescript(SCHEMA)
        return path.read_bytes()


def opened(path: Path) -> sqlite3.Connection:
    """The file, open; sqlite3.DatabaseError if it is none of ours."""
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None
    )
    try:
        database.execute(f"PRAGMA busy_timeout = {WAIT}")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA trusted_schema = OFF")
        if not database.execute("PRAGMA user_version").fetchone()[0]:
            fault = sqlite3.DatabaseError("it has none of the tables")
            fault.sqlite_errorcode = sqlite3.SQLITE_NOTADB
            raise fault
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; other processes wait meanwhile."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            database.execute("ROLLBACK")
        raise


def damaged(fault: sqlite3.DatabaseError) -> bool:
    """Whether the file is broken, and not merely busy, full or not ours to write."""
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF in DAMAGED


def salvaged(path: Path) -> list[str]:
    """The bodies that can still be read. A damaged page hides its own rows and no others."""
    found: dict[int, str] = {}
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = ON")  # read on though the end is missing
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        for number in range(1, last_number(database) + 1):
            with suppress(sqlite3.Error):
                query = "SELECT body FROM events WHERE number = ?"
                for (body,) in database.execute(query, (number,)):
                    found[number] = body
    return [body for body in found.values() if isinstance(body, str)]


def last_number(database: sqlite3.Connection) -> int:
    """The highest number that was given to an event, as far as it can be found out."""
    for query in ("SELECT seq FROM sqlite_sequence", "SELECT max(number) FROM events"):
        with suppress(sqlite3.Error):
            for (number,) in database.execute(query):
                if isinstance(number, int):
                    return number
    return 0


def identity(path: Path) -> tuple[int, int] | None:
    """Which file lies at a path; None if there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def names(path: Path) -> Iterator[Path]:
    """Names that are not taken: progress.jsonl, progress-2.jsonl, and so on."""
    number = 1
    while True:
        name = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        if not name.exists():
            yield name
        number += 1
