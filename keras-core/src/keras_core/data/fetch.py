"""Files from the network, kept in a cache: whole and checked, or not at all."""

import errno
import hashlib
import http.client
import os
import shutil
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from keras_core.core.base import config, console
from keras_core.core.base.files import atomic_path
from keras_core.core.base.progbar import Progbar
from keras_core.core.base.public import public
from keras_core.data.archives import formats_of, unpack
from keras_core.typing import FilePath
from keras_core_plugins import KerasCoreError

TIMEOUT = 30.0
"""Seconds without a byte, after which a server counts as gone."""

_SCHEMES = ("https", "http", "file")
_ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
"""Hash functions by the number of hexadecimal digits."""


class DownloadError(KerasCoreError, OSError):
    """A file could not be fetched."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


@public("keras.utils.get_file")
def get_file(
    fname: str | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | Sequence[str] | None = "auto",
    cache_dir: FilePath | None = None,
    force_download: bool = False,
) -> str:
    """Downloads a file if it is not in the cache yet, and returns its path.

    The file appears in the cache whole and with the right hash, or not at all: it is written
    aside and put in place at the end. The environment variables ``https_proxy``, ``http_proxy``
    and ``no_proxy`` are respected.

    Args:
        fname: Name of the file in the cache, without folders. By default the last part of
            `origin`. With `extract`, what comes before its first dot, and ``"_extracted"``, is
            the name of the folder; a name without a dot is that of the folder itself.
        origin: Address of the file: ``https://``, ``http://`` or ``file://``.
        untar: Whether to extract a tar archive. Deprecated: use `extract`.
        md5_hash: MD5 hash of the file. Deprecated: use `file_hash`.
        file_hash: Expected hash of the file in hexadecimal digits, of an archive that of the
            archive. A file in the cache with another hash is downloaded again. By default the
            file is not checked.
        cache_subdir: Folder below the cache where the file is put, ``"datasets"`` by default. An
            absolute path is used as it is.
        hash_algorithm: ``"md5"``, ``"sha1"``, ``"sha256"`` or ``"sha512"``. By default, with
            ``"auto"``, the one whose hashes are as long as `file_hash`.
        extract: Whether to extract the archive. Nothing is written outside its folder: an archive
            with links, or with names that point elsewhere, is refused. False by default.
        archive_format: Formats to try for `extract`: ``"tar"`` (compressed or not), ``"zip"``,
            ``"gz"`` (one compressed file), or a list of these. By default, with ``"auto"``, all.
            None extracts nothing.
        cache_dir: Folder of the cache, by default ``$KERAS_HOME`` or ``~/.keras``.
        force_download: Whether to download the file even if it is in the cache. False by default.

    Returns:
        The path of the file, or of the folder that the archive was extracted into.

    Raises:
        DownloadError: If the file cannot be fetched.
        ValueError: If the hash is wrong, or the archive cannot be extracted.

    Example:

    >>> import pathlib, tempfile
    >>> import keras_core as keras
    >>> with tempfile.TemporaryDirectory() as cache:
    ...     file = pathlib.Path(cache, "datasets", "words.txt")
    ...     file.parent.mkdir()
    ...     _ = file.write_text("one two")  # so that it is there already
    ...     path = keras.utils.get_file(origin="https://keras.io/words.txt", cache_dir=cache)
    ...     print(pathlib.Path(path).read_text())
    one two
    """
    if origin is None:
        raise ValueError('Please specify the "origin" argument (URL of the file to download).')
    scheme = urllib.parse.urlsplit(origin).scheme
    if scheme not in _SCHEMES:
        raise ValueError(
            f"`origin` should be an address that begins with one of {_SCHEMES}. "
            f"Received: origin={origin!r}"
        )
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    checked = None if file_hash is None else (_algorithm(file_hash, hash_algorithm), file_hash)
    unpacks = (untar or extract) and archive_format is not None
    formats = formats_of("tar" if untar else archive_format)
    named = fname is not None
    name = os.fspath(fname) if fname is not None else _name_of(origin)
    if os.path.basename(name) != name or name in ("", ".", ".."):
        raise ValueError(
            "Paths are no longer accepted as the `fname` argument. To specify the file's parent "
            f"directory, use the `cache_dir` argument. Received: fname={name}"
        )
    folder = _cache_folder(cache_dir, cache_subdir)
    target = folder / name
    extracted = target
    if unpacks:
        if named and "." in name[1:]:
            extracted = folder / (name[0] + name[1:].split(".")[0] + "_extracted")
        else:
            target = folder / f"{name}_archive"
    if force_download or not _is_cached(target, checked):
        _make_folder(folder)
        _download(origin, target, checked)
        if not unpacks:
            return str(target)
    elif not unpacks or extracted.is_dir():
        return str(extracted)
    unpack(target, extracted, formats)
    return str(extracted)


def _name_of(origin: str) -> str:
    name = urllib.parse.unquote(urllib.parse.urlsplit(origin).path).rsplit("/", 1)[-1]
    if not name:
        raise ValueError(
            f"Can't parse a file name from the origin provided: {origin!r}. Please specify the "
            "`fname` argument."
        )
    return name


def _cache_folder(cache_dir: Any, cache_subdir: str) -> Path:
    base = config.keras_home() if cache_dir is None else Path(os.path.expanduser(cache_dir))
    folder = Path(os.path.normpath(base / cache_subdir))
    inside = folder.is_relative_to(os.path.normpath(base))
    if not inside and not os.path.isabs(cache_subdir):
        raise ValueError(
            f"`cache_subdir` should be a folder below the cache {str(base)!r}. Received: "
            f"cache_subdir={cache_subdir!r}, which is {str(folder)!r}. Choose another cache with "
            "`cache_dir`."
        )
    return folder


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise DownloadError(
            f"Cannot make the cache folder {str(folder)!r} ({e.strerror}). Name a folder that you "
            "may write to with the argument `cache_dir` or the environment variable KERAS_HOME."
        ) from e


def _algorithm(file_hash: str, algorithm: str) -> str:
    by_length = _ALGORITHMS.get(len(file_hash))
    if algorithm == "auto" and by_length is not None:
        return by_length
    if algorithm in _ALGORITHMS.values() and algorithm == by_length:
        return algorithm
    lengths = {name: length for length, name in _ALGORITHMS.items()}
    raise ValueError(
        f"`file_hash` should have the number of hexadecimal digits of its algorithm: {lengths}. "
        f"Received: file_hash={file_hash!r} of {len(file_hash)} digits, "
        f"hash_algorithm={algorithm!r}"
    )


def hash_of(path: Path, algorithm: str) -> str:
    """The hash of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _is_cached(target: Path, checked: tuple[str, str] | None) -> bool:
    if not target.is_file():
        return False
    if checked is None or hash_of(target, checked[0]) == checked[1].lower():
        return True
    console.write(
        "A local file was found, but it seems to be incomplete or outdated because the "
        f"{checked[0]} file hash does not match the original value of {checked[1]} so we will "
        "re-download the data."
    )
    return False


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Redirects to an address that is as safe."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        before, after = req.full_url.split(":")[0], newurl.split(":")[0].lower()
        if after != "https" and after != before:
            raise urllib.error.URLError(f"it redirects from {before} to {after}: {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _download(origin: str, target: Path, checked: tuple[str, str] | None) -> None:
    console.write(f"Downloading data from {origin}")
    try:
        with atomic_path(target, by_each=True) as temporary:
            _write(origin, temporary)
            if checked is not None and hash_of(temporary, checked[0]) != checked[1].lower():
                raise ValueError(
                    f"Incomplete or corrupted file detected. The {checked[0]} file hash does not "
                    f"match the provided value of {checked[1]}. Received: "
                    f"{hash_of(temporary, checked[0])} from {origin}. Nothing was kept."
                )
    except urllib.error.HTTPError as e:
        raise DownloadError(
            f"URL fetch failure on {origin}: {e.code} -- {e.reason}. Check that the address is "
            "right."
        ) from e
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as e:
        reason = getattr(e, "reason", None) or e
        raise DownloadError(
            f"URL fetch failure on {origin}: {reason}. Check that this machine is online, and that "
            "a proxy is named in the environment variable https_proxy if it needs one; or put the "
            f"file at {str(target)!r} yourself."
        ) from e
    except OSError as e:
        if isinstance(e, DownloadError):
            raise
        raise DownloadError(
            f"Cannot write {str(target)!r} ({e.strerror}). Name another folder with the "
            "argument `cache_dir` or the environment variable KERAS_HOME."
        ) from e


def _write(origin: str, path: Path) -> None:
    opener = urllib.request.build_opener(_Redirects)
    with opener.open(origin, timeout=TIMEOUT) as response, path.open("wb") as file:
        size = response.headers.get("Content-Length")
        total = int(size) if size is not None and size.isdigit() else None
        if total is not None and total > shutil.disk_usage(path.parent).free:
            raise OSError(errno.ENOSPC, f"{total} bytes are needed")
        bar, done = Progbar(total, unit_name="byte"), 0
        while block := response.read(1 << 16):
            file.write(block)
            done += len(block)
            if total is None or done < total:
                bar.update(done)
        if total is not None and done < total:
            raise ConnectionError(f"the connection ended after {done} of {total} bytes")
        bar.update(done, finalize=True)
