"""Speaks the Hub's file protocol: what a repository holds, and its files from any byte on.

Why not huggingface_hub's own download: since 2.0 it gives each try a temporary file of its own and deletes
it when the try fails, so that a kill after 60 of 70 GB starts again from nothing; it compares no checksum
of what came over plain HTTP; it only warns where the disk is too small; and it makes the snapshot's folder
first, so that half a model looks whole. The protocol and the cache's layout are the same, so what is
fetched here serves every program, and the other way round.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import ssl
import urllib.error
import urllib.request
from collections.abc import Generator
from email.message import Message
from typing import IO, Any, Protocol, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from studio import __version__
from studio.errors import DownloadError, ModelError, StudioError, TokenNeededError
from studio.models.patience import Patience, demanded_pause_s
from studio.models.selection import RemoteFile

_TIMEOUT_S = 20.0
_MAX_LISTING_BYTES = 64 * 2**20
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
Answer = TypeVar("Answer")
_PASSING = (408, 425, 429, 500, 502, 503, 504)
NETWORK_ERRORS = (
    urllib.error.URLError,
    http.client.HTTPException,
    TimeoutError,
    ConnectionError,
    ssl.SSLError,
)


class Body(Protocol):
    """The rest of a file, as it comes in."""

    status: int
    headers: Message

    def read1(self, n: int = -1) -> bytes: ...


class _LargeFile(msgspec.Struct):
    oid: str
    size: int


class _Revision(msgspec.Struct):
    sha: str


class _Entry(msgspec.Struct):
    type: str
    path: str
    size: int = 0
    oid: str = ""
    lfs: _LargeFile | None = None


def endpoint() -> str:
    """The Hub that is asked: HF_ENDPOINT, else huggingface.co."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


class HubClient:
    """One repository of the Hub. `token` goes to the Hub alone, never to where it redirects.

    Every request is tried again while `patience` lasts. Raises TokenNeededError, ModelError (no such
    repository, revision or file) and DownloadError.
    """

    def __init__(self, repo: str, patience: Patience, token: str | None = None) -> None:
        self.repo = repo
        self._patience = patience
        self._endpoint = endpoint()
        self._token = token
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=_certificates()), _Redirects()
        )

    def commit_of(self, revision: str) -> str:
        """The commit that `revision` stands for now."""
        url = f"{self._endpoint}/api/models/{self.repo}/revision/{quote(revision, safe='')}"
        answer = self._listing(url, _Revision)[0]
        if not _COMMIT.fullmatch(answer.sha):
            raise _nonsense(answer.sha)
        return answer.sha

    def tree(self, commit: str) -> tuple[RemoteFile, ...]:
        """Every file of the repository at `commit`."""
        files: list[RemoteFile] = []
        url: str | None = f"{self._endpoint}/api/models/{self.repo}/tree/{commit}?recursive=true"
        while url is not None:
            entries, url = self._listing(url, list[_Entry])
            files += [_remote_file(entry) for entry in entries if entry.type == "file"]
        return tuple(files)

    def small_file(self, commit: str, path: str) -> bytes:
        """The whole of a file that is known to be small; raises ModelError when it is not there."""
        return self._whole(self._file_url(commit, path))[0]

    @contextlib.contextmanager
    def open_file(self, commit: str, path: str, start: int, end: int) -> Generator[Body]:
        """The bytes from `start` up to `end` of a file; a server that cannot do that sends all (200)."""
        with self._open(self._file_url(commit, path), {"Range": f"bytes={start}-{end - 1}"}) as body:
            yield body

    def _file_url(self, commit: str, path: str) -> str:
        return f"{self._endpoint}/{self.repo}/resolve/{commit}/{quote(path)}"

    def _listing(self, url: str, kind: type[Answer]) -> tuple[Answer, str | None]:
        """A JSON answer, and the address of its next page."""
        content, headers = self._whole(url)
        try:
            return msgspec.json.decode(content, type=kind), _next_page(headers, url)
        except msgspec.DecodeError as error:
            raise _nonsense(f"{error}: {content!r}") from error

    def _whole(self, url: str) -> tuple[bytes, Message]:
        while True:
            try:
                with self._open(url, {}) as body:
                    content = b""
                    while len(content) <= _MAX_LISTING_BYTES and (piece := body.read1(2**20)):
                        content += piece
                    expected = body.headers.get("Content-Length")
                    if expected is None or len(content) == int(expected):
                        return content, body.headers
                    raise http.client.IncompleteRead(content, int(expected) - len(content))
            except NETWORK_ERRORS as error:
                self._patience.wait(error)

    @contextlib.contextmanager
    def _open(self, url: str, headers: dict[str, str]) -> Generator[Body]:
        """The answer to one GET, after as many tries as it takes; errors in reading it are the caller's."""
        with self._answer(url, headers) as response:
            yield response

    def _answer(self, url: str, headers: dict[str, str]) -> Any:
        sent = {"User-Agent": f"kinora/{__version__}", "Accept-Encoding": "identity", **headers}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        while True:
            try:
                return self._opener.open(urllib.request.Request(url, headers=sent), timeout=_TIMEOUT_S)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in _PASSING:
                        raise self._refusal(error) from error
                    self._patience.wait(error, demanded_pause_s(error.headers))
            except NETWORK_ERRORS as error:
                self._patience.wait(error)

    def _refusal(self, error: urllib.error.HTTPError) -> StudioError:
        """What an answer means that will not change by trying again."""
        code = error.headers.get("X-Error-Code", "")
        details = f"HTTP {error.code} {code} {error.headers.get('X-Error-Message', '')}".strip()
        page = f"{self._endpoint}/{self.repo}"
        if code == "GatedRepo":
            message = f"{self.repo} can only be fetched after its makers' terms were accepted."
            hint = f"Accept them on {page}, then give an access token: studio models token"
            if self._token:
                hint = f"Open {page} with the account of your token, and accept them or wait to be let in."
            return TokenNeededError(message, hint, details)
        if code == "RevisionNotFound":
            return ModelError(f"{self.repo} has no such revision.", f"See {page}/tree/main.", details)
        if code == "EntryNotFound":
            return ModelError(f"{self.repo} lacks a file that is needed.", "Choose another model.", details)
        if code == "RepoNotFound" or error.code in (401, 404):
            hint = "Check its name. A private one needs an access token: studio models token"
            return ModelError(f"There is no repository {self.repo} on the Hub.", hint, details)
        return DownloadError(f"The server refuses: {error.code} {error.reason}.", "Try again later.", details)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to where the content lies, without taking the token to another host."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        request = super().redirect_request(req, fp, code, msg, headers, newurl)
        if request is not None and urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            request.remove_header("Authorization")
        return request


def _nonsense(details: str) -> DownloadError:
    hint = "Check whether this network asks for a login, and the address in HF_ENDPOINT if it is set."
    return DownloadError("The server's answer makes no sense.", hint, details[:300])


def _remote_file(entry: _Entry) -> RemoteFile:
    """Checksums become file names in the cache, so nothing else may stand there."""
    size, etag = (entry.lfs.size, entry.lfs.oid) if entry.lfs is not None else (entry.size, entry.oid)
    if not (_SHA256 if entry.lfs is not None else _COMMIT).fullmatch(etag) or size < 0:
        raise _nonsense(f"{entry.path}: {size} bytes, checksum {etag}")
    return RemoteFile(entry.path, size, etag)


def _next_page(headers: Message, url: str) -> str | None:
    """The address in `Link: <…>; rel="next"`, where it is on the same host as `url`."""
    for link in (headers.get("Link") or "").split(","):
        address, _, rest = link.strip().partition(">")
        if 'rel="next"' in rest and urlsplit(address[1:])[:2] == urlsplit(url)[:2]:
            return address[1:]
    return None


def _certificates() -> ssl.SSLContext:
    """The system's certificates; where Python finds none (its own build for macOS), those of certifi."""
    context = ssl.create_default_context()
    if not context.get_ca_certs():
        with contextlib.suppress(ImportError):
            import certifi

            context.load_verify_locations(certifi.where())
    return context
