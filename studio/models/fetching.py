"""Fetches one file: from where the last try ended, with its checksum compared, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from studio.errors import DownloadError, storage_error
from studio.models.hub_client import NETWORK_ERRORS, Body, HubClient
from studio.models.patience import Patience, Watch
from studio.models.selection import RemoteFile

_PIECE_BYTES = 2**20
# The Hub's servers answer no request for more than 50 GB at once.
_SPAN_BYTES = 8 * 2**30
_SHA256_LENGTH = 64


class Checksum:
    """Of a file's content, as the Hub names it: sha256, or git's sha1 over "blob <size>\\0" and content."""

    def __init__(self, etag: str, size: int) -> None:
        self._wanted = etag
        if len(etag) == _SHA256_LENGTH:
            self._digest = hashlib.sha256()
        else:
            self._digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)

    def update(self, piece: bytes) -> None:
        self._digest.update(piece)

    def is_right(self) -> bool:
        return self._digest.hexdigest() == self._wanted


def matches(path: Path, etag: str, raise_if_cancelled: Callable[[], None]) -> bool:
    """Whether the file at `path` has the checksum `etag`; raises OSError."""
    checksum = Checksum(etag, path.stat().st_size)
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE_BYTES):
            raise_if_cancelled()
            checksum.update(piece)
    return checksum.is_right()


class Fetch:
    """One file on its way into `partial`. The caller holds the file's lock.

    `on_bytes(n)` hears of every n bytes that the partial file has more, or less (negative) when it has to
    begin again; what lay there before counts too.
    """

    def __init__(
        self,
        client: HubClient,
        commit: str,
        file: RemoteFile,
        partial: Path,
        patience: Patience,
        watch: Watch,
        on_bytes: Callable[[int], None],
    ) -> None:
        self._client = client
        self._commit = commit
        self._file = file
        self._partial = partial
        self._patience = patience
        self._watch = watch
        self._on_bytes = on_bytes
        self._have = 0
        self._checksum = Checksum(file.etag, file.size)

    def run(self) -> None:
        """Leaves the whole, checked file in `partial`.

        Raises DownloadError, StorageError and CancelledError; what has arrived stays for the next try.
        """
        try:
            for _ in range(2):
                with self._partial.open("a+b") as stream:
                    self._resume(stream)
                    self._complete(stream)
                    stream.flush()
                    os.fsync(stream.fileno())
                if self._checksum.is_right():
                    return
                # A part from before may have been damaged, by a power cut for example: once more, afresh.
                self._partial.unlink()
                self._on_bytes(-self._have)
        except OSError as error:
            raise storage_error(error, self._partial) from error
        raise DownloadError(
            f"{self._file.path} arrived damaged twice: its checksum is wrong.",
            "Try again later; if it stays so, tell the makers of the repository.",
            f"{self._file.etag} was expected",
        )

    def _resume(self, stream: BinaryIO) -> None:
        """Takes up what lies there already."""
        self._have = 0
        self._checksum = Checksum(self._file.etag, self._file.size)
        if self._partial.stat().st_size > self._file.size:
            stream.truncate(0)
        stream.seek(0)
        while piece := stream.read(_PIECE_BYTES):
            self._watch.raise_if_cancelled()
            self._take(piece)

    def _complete(self, stream: BinaryIO) -> None:
        while self._have < self._file.size:
            end = min(self._file.size, self._have + _SPAN_BYTES)
            with self._client.open_file(self._commit, self._file.path, self._have, end) as body:
                if self._begins_anew(body):
                    stream.truncate(0)
                    self._on_bytes(-self._have)
                    self._have = 0
                    self._checksum = Checksum(self._file.etag, self._file.size)
                    end = self._file.size
                cut = self._read(body, stream, end)
            if cut is not None:
                self._patience.wait(cut)

    def _begins_anew(self, body: Body) -> bool:
        """Whether the server sends the file from its first byte, though a later one was asked for."""
        if body.status != 206:
            return True
        span = (body.headers.get("Content-Range") or "").removeprefix("bytes ").partition("-")[0]
        if span != str(self._have):
            raise DownloadError(
                "The server sends another part of the file than was asked for.", "Try again later."
            )
        return False

    def _read(self, body: Body, stream: BinaryIO, end: int) -> Exception | None:
        """Takes what `body` brings, up to `end`; returns why it ended early."""
        while self._have < end:
            self._watch.raise_if_cancelled()
            try:
                piece = body.read1(min(_PIECE_BYTES, end - self._have))
            except NETWORK_ERRORS as error:
                return error
            if not piece:
                return ConnectionError(f"{self._file.path} was cut off at byte {self._have}")
            stream.write(piece)
            stream.flush()  # a kill loses what Python still holds, and nothing that the system has
            self._take(piece)
            self._patience.forget()
        return None

    def _take(self, piece: bytes) -> None:
        self._checksum.update(piece)
        self._have += len(piece)
        self._on_bytes(len(piece))
