"""A small server on loopback that speaks the Hub's file protocol, and misbehaves when told to.

It answers what a client of the Hub asks: /api/models/R/revision/X, /api/models/R/tree/C (in pages),
/R/resolve/C/F with ranges and a redirect to another host for large files, as the real one does.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.models.repositories import REPO, tiny_video

LARGE_BYTES = 1000
_PAGE = 3
_PIECE_BYTES = 1024
_STALLING_BYTES = 1_000_000


@dataclass
class Faults:
    """What goes wrong; each list is used up from its front."""

    cuts: list[int] = field(default_factory=list)
    """The next answers with content end after so many bytes."""
    refusals: list[tuple[int, str]] = field(default_factory=list)
    """The next answers are these statuses, with this Retry-After (with a quote in front: RateLimit)."""
    damage: int = 0
    """In so many of the next large files one byte is wrong."""
    ignores_ranges: bool = False
    gated: bool = False
    """Only with the token "hf_right" is anything given."""
    claimed_sizes: dict[str, int] = field(default_factory=dict)
    """What the listing says of a file's size, where that is not the truth."""
    stalls: threading.Event | None = None
    """The content of files above a megabyte stops until this is set …"""
    stall_at: float = 0.5
    """… after this part of it."""
    login_page: bool = False
    """Every answer is the page of a network that wants a login."""


@dataclass
class Asked:
    """One request, as a test wants to see it."""

    path: str
    start: int
    token: str


class HubServer:
    """A context manager; `url` is what HF_ENDPOINT should say."""

    def __init__(self, repo: str, files: dict[str, bytes]) -> None:
        self.repo = repo
        self.files = files
        self.also: set[str] = set()
        """Repositories that hold the same."""
        self.faults = Faults()
        self.asked: list[Asked] = []
        self.reached_middle = threading.Event()
        """Set once a stalling answer has stopped."""
        self.sent_bytes = 0
        """Of the contents of files, as far as no client hung up."""
        self.commit = hashlib.sha1(repr(sorted(files)).encode(), usedforsecurity=False).hexdigest()
        self.lock = threading.Lock()
        self._server = _QuietServer(("127.0.0.1", 0), _answers_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def storage_url(self) -> str:
        """The same server by another name: where large files are redirected to."""
        return f"http://localhost:{self._server.server_port}/storage"

    def sent_files(self) -> list[str]:
        """The names of the files whose content was asked for, in order."""
        return [asked.path for asked in self.asked]

    def __enter__(self) -> HubServer:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self.faults.stalls is not None:
            self.faults.stalls.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextlib.contextmanager
def serving(patch: pytest.MonkeyPatch, cache: Path) -> Generator[HubServer]:
    """A Hub with the small model of `repositories`, as the one that is asked; `cache` is the common cache."""
    with HubServer(REPO, tiny_video()) as server:
        patch.setenv("HF_ENDPOINT", server.url)
        patch.setenv("HF_HUB_CACHE", str(cache))
        patch.setenv("no_proxy", "127.0.0.1,localhost")
        patch.delenv("HF_TOKEN", raising=False)
        yield server


def etag_of(content: bytes) -> str:
    """The checksum by which the Hub names a file: sha256 when large, git's sha1 when small."""
    if len(content) > LARGE_BYTES:
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed are what this server is for; anything else is a mistake of its own."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _answers_of(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Answers(_HubRequest):
        server_hub = hub

    return Answers


class _HubRequest(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_hub: HubServer

    def log_message(self, *arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        hub, faults = self.server_hub, self.server_hub.faults
        address = urlsplit(self.path)
        path = unquote(address.path)
        for other in hub.also:
            path = path.replace(f"/{other}/", f"/{hub.repo}/")
        with hub.lock:
            refusal = faults.refusals.pop(0) if faults.refusals else None
        if faults.login_page:
            self._answer(200, b"<html>Welcome to this hotel</html>", {})
        elif refusal is not None:
            name = "RateLimit" if refusal[1].startswith('"') else "Retry-After"
            self._answer(refusal[0], b"", {name: refusal[1]} if refusal[1] else {})
        elif path.startswith("/storage/"):
            self._send_file(path.removeprefix("/storage/"))
        elif faults.gated and self.headers.get("Authorization") != "Bearer hf_right":
            self._answer(401, b"", {"X-Error-Code": "GatedRepo"})
        elif path.startswith(f"/api/models/{hub.repo}/revision/"):
            self._revision(path.rpartition("/")[2])
        elif path == f"/api/models/{hub.repo}/tree/{hub.commit}":
            self._tree(int(parse_qs(address.query).get("cursor", ["0"])[0]))
        elif path.startswith(f"/{hub.repo}/resolve/{hub.commit}/"):
            self._resolve(path.split("/", 5)[5])
        else:
            self._answer(401, b"", {"X-Error-Code": "RepoNotFound"})

    def _revision(self, revision: str) -> None:
        hub = self.server_hub
        if revision in ("main", hub.commit):
            self._answer(200, json.dumps({"id": hub.repo, "sha": hub.commit}).encode(), {})
        else:
            self._answer(404, b"", {"X-Error-Code": "RevisionNotFound"})

    def _tree(self, cursor: int) -> None:
        hub = self.server_hub
        folders = {name.partition("/")[0] for name in hub.files if "/" in name}
        entries: list[dict[str, Any]] = [
            {"type": "directory", "path": name, "oid": "0", "size": 0} for name in folders
        ]
        for name, content in sorted(hub.files.items()):
            size = hub.faults.claimed_sizes.get(name, len(content))
            entry: dict[str, Any] = {"type": "file", "path": name, "size": size, "oid": etag_of(content)}
            if len(content) > LARGE_BYTES:
                entry["lfs"] = {"oid": etag_of(content), "size": size, "pointerSize": 130}
            entries.append(entry)
        headers = {}
        if cursor + _PAGE < len(entries):
            url = f"{hub.url}/api/models/{hub.repo}/tree/{hub.commit}?recursive=true&cursor={cursor + _PAGE}"
            headers["Link"] = f'<{url}>; rel="next"'
        self._answer(200, json.dumps(entries[cursor : cursor + _PAGE]).encode(), headers)

    def _resolve(self, name: str) -> None:
        hub = self.server_hub
        if name not in hub.files:
            self._answer(404, b"", {"X-Error-Code": "EntryNotFound"})
        elif len(hub.files[name]) > LARGE_BYTES:
            self._answer(302, b"", {"Location": f"{hub.storage_url}/{name}"})
        else:
            self._send_file(name)

    def _send_file(self, name: str) -> None:
        hub, faults = self.server_hub, self.server_hub.faults
        content = hub.files[name]
        start, end, status = 0, len(content), 200
        if (wanted := self.headers.get("Range")) and not faults.ignores_ranges:
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            start, end, status = int(first), min(len(content), int(last) + 1), 206
        with hub.lock:
            hub.asked.append(Asked(name, start, self.headers.get("Authorization", "")))
            is_large = len(content) > LARGE_BYTES
            cut = faults.cuts.pop(0) if faults.cuts and is_large else None
            if faults.damage and is_large:
                faults.damage -= 1
                content = content[:-1] + bytes([content[-1] ^ 1])
        headers = {"Content-Range": f"bytes {start}-{end - 1}/{len(content)}"} if status == 206 else {}
        self._answer(status, content[start:end], headers, cut)
        with hub.lock:
            hub.sent_bytes += end - start if cut is None else min(cut, end - start)

    def _answer(self, status: int, body: bytes, headers: dict[str, str], cut: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        sent = body if cut is None else body[:cut]
        stalls = self.server_hub.faults.stalls if len(body) > _STALLING_BYTES else None
        for begin in range(0, len(sent), _PIECE_BYTES):
            if stalls is not None and begin >= len(sent) * self.server_hub.faults.stall_at:
                self.server_hub.reached_middle.set()
                stalls.wait(60)
            try:
                self.wfile.write(sent[begin : begin + _PIECE_BYTES])
            except OSError:
                self.close_connection = True
                return
        self.close_connection = cut is not None
