"""Files from the network, from a server in this process."""

import errno
import hashlib
import http.server
import io
import os
import tarfile
import threading
import types
import zipfile
from pathlib import Path
from typing import ClassVar

import pytest

from keras_core.data import archives, fetch
from keras_core.data.fetch import DownloadError, get_file

BODY = b"hello\n" * 20_000
MD5, SHA256 = hashlib.md5(BODY).hexdigest(), hashlib.sha256(BODY).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Files by name, and answers that go wrong."""

    served: ClassVar[list[str]] = []

    def log_message(self, *args):
        pass

    def do_GET(self):
        name = self.path.lstrip("/")
        self.served.append(name)
        if name == "gone":
            self.send_error(404)
            return
        if name in ("away", "down"):
            self.send_response(302)
            self.send_header("Location", {"away": "/body", "down": "ftp://127.0.0.1/x"}[name])
            self.end_headers()
            return
        body = BODY if name != "other" else b"other"
        self.send_response(200)
        if name != "unsized":
            self.send_header("Content-Length", str(len(body) * (2 if name == "short" else 1)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def server():
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}/"
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def get(server, tmp_path):
    Handler.served.clear()
    return lambda name, fname="a.bin", **kwargs: get_file(
        fname, server + name, cache_dir=tmp_path / "cache", **kwargs
    )


def held(tmp_path):
    return sorted(
        str(p.relative_to(tmp_path / "cache"))
        for p in (tmp_path / "cache").rglob("*")
        if p.is_file()
    )


def test_a_file_is_fetched_once(get, tmp_path, capsys):
    path = get("body")
    assert path == str(tmp_path / "cache/datasets/a.bin")
    assert Path(path).read_bytes() == BODY
    assert "Downloading data from http" in capsys.readouterr().out
    assert get("body") == get("body", file_hash=MD5) == get("body", file_hash=SHA256.upper())
    assert Handler.served == ["body"]
    get("body", force_download=True)
    assert Handler.served == ["body"] * 2
    assert held(tmp_path) == ["datasets/a.bin"]


def test_names_and_places(get, server, tmp_path, monkeypatch):
    assert get("body", fname=None).endswith("datasets/body")
    assert get("unsized", cache_subdir="x/y").endswith("cache/x/y/a.bin")
    assert get("away").endswith("a.bin")
    elsewhere = get("body", cache_subdir=str(tmp_path / "elsewhere"))
    assert elsewhere == str(tmp_path / "elsewhere/a.bin")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    assert get_file(origin=server + "body") == str(tmp_path / "home/datasets/body")


def test_a_file_with_another_hash_is_fetched_again(get, tmp_path, capsys):
    Path(get("other")).write_bytes(b"changed")
    assert Path(get("body", file_hash=SHA256)).read_bytes() == BODY
    assert "so we will re-download the data" in capsys.readouterr().out


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_hashes(get, algorithm):
    digest = hashlib.new(algorithm, BODY).hexdigest()
    get("body", file_hash=digest)
    get("body", file_hash=digest, hash_algorithm=algorithm, force_download=True)
    with pytest.raises(ValueError, match=f"The {algorithm} file hash does not match"):
        get("other", file_hash=digest, force_download=True)
    assert Path(get("body")).read_bytes() == BODY  # what was there is there still


@pytest.mark.parametrize(
    "name, kwargs, error, message",
    [
        ("gone", {}, DownloadError, "URL fetch failure on .*/gone: 404"),
        ("short", {}, DownloadError, "ended after 120000 of 240000 bytes"),
        ("down", {}, DownloadError, "redirect"),
        ("body", {"file_hash": "0" * 64}, ValueError, "Incomplete or corrupted .*Nothing was kept"),
        ("body", {"md5_hash": "0" * 32}, ValueError, "The md5 file hash does not match"),
        ("body", {"file_hash": "abc"}, ValueError, "number of hexadecimal digits"),
        ("body", {"file_hash": MD5, "hash_algorithm": "sha256"}, ValueError, "of 32 digits"),
        ("body", {"fname": "../a"}, ValueError, "Paths are no longer accepted"),
        ("body", {"fname": ".."}, ValueError, "Paths are no longer accepted"),
        ("body", {"cache_subdir": "../x"}, ValueError, "a folder below the cache"),
        ("", {"fname": None}, ValueError, "Can't parse a file name"),
        ("body", {"extract": True, "archive_format": "rar"}, ValueError, "archive_format"),
        ("body", {"extract": True}, ValueError, "no archive of the formats"),
    ],
)
def test_what_goes_wrong(get, tmp_path, name, kwargs, error, message):
    with pytest.raises(error, match=message):
        get(name, **kwargs)
    assert [f for f in held(tmp_path) if f != "datasets/a.bin" or not kwargs.get("extract")] == []


def test_addresses(tmp_path):
    with pytest.raises(ValueError, match='specify the "origin"'):
        get_file("a")
    for origin in ("ftp://127.0.0.1/x", "/etc/hosts", "data:,x"):
        with pytest.raises(ValueError, match="an address that begins with"):
            get_file("a", origin, cache_dir=tmp_path)
    with pytest.raises(DownloadError, match="this machine is online, and that a proxy"):
        get_file("a", "http://127.0.0.1:1/x", cache_dir=tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(DownloadError, match="KERAS_HOME"):
        get_file("a", "http://127.0.0.1:1/x", cache_dir=tmp_path / "file")


def test_a_proxy_of_the_environment_is_used(server, tmp_path, monkeypatch):
    Handler.served.clear()
    monkeypatch.setenv("http_proxy", server)
    monkeypatch.setenv("no_proxy", "")
    get_file("a", "http://nowhere.invalid/body", cache_dir=tmp_path)
    assert Handler.served == ["http://nowhere.invalid/body"]


def test_a_full_disk(get, tmp_path, monkeypatch):
    small = types.SimpleNamespace(free=1000)
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda path: small)
    with pytest.raises(DownloadError, match=r"120000 bytes are needed.*1000 bytes are free"):
        get("body")
    assert held(tmp_path) == []


# -- Archives ------------------------------------------------------------------------


def make_tar(path, *members, mode="w:gz"):
    with tarfile.open(path, mode) as archive:
        for name, content, kind in members:
            info = tarfile.TarInfo(name)
            info.type = kind
            if kind == tarfile.REGTYPE:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
            else:
                info.linkname = content
                archive.addfile(info)
    return path


def make_zip(path, *members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


FILE = tarfile.REGTYPE


def extracted(path, tmp_path, **kwargs):
    options = {"fname": path.name, "extract": True, "cache_dir": tmp_path / "cache", **kwargs}
    return Path(get_file(origin=path.as_uri(), **options))


def test_archives(tmp_path):
    tar = make_tar(tmp_path / "t.tar.gz", ("./d", "", tarfile.DIRTYPE), ("./d/a.txt", b"x", FILE))
    folder = extracted(tar, tmp_path)
    assert folder == tmp_path / "cache/datasets/t_extracted"
    assert (folder / "d/a.txt").read_bytes() == b"x"
    assert extracted(tar, tmp_path, extract=False, untar=True) == folder
    assert (tmp_path / "cache/datasets/t.tar.gz").is_file()
    for fname in ("t", None):
        folder = extracted(tar, tmp_path, fname=fname, cache_subdir="n")
        assert folder == tmp_path / "cache/n" / (fname or "t.tar.gz")
        assert (tmp_path / f"cache/n/{folder.name}_archive").is_file()
    folder = extracted(make_zip(tmp_path / "z.zip", ("d/a.txt", b"z")), tmp_path)
    assert (folder / "d/a.txt").read_bytes() == b"z"
    (tmp_path / "w.txt.gz").write_bytes(archives.gzip.compress(b"words"))
    folder = extracted(tmp_path / "w.txt.gz", tmp_path)
    assert folder.name == "w_extracted"
    assert (folder / "w.txt").read_bytes() == b"words"
    folder = extracted(tar, tmp_path, archive_format=None)
    assert folder.name == "t.tar.gz"
    with pytest.raises(ValueError, match=r"no archive of the formats \['zip'\]"):
        extracted(tar, tmp_path, archive_format="zip", cache_subdir="q")


TARS = {
    "up": [("../out.txt", b"x", FILE)],
    "later": [("good.txt", b"x", FILE), ("d/../../out.txt", b"x", FILE)],
    "absolute": [("/tmp/out.txt", b"x", FILE)],
    "drive": [("C:/out.txt", b"x", FILE)],
    "backslash": [("..\\out.txt", b"x", FILE)],
    "symlink": [("l", "/etc", tarfile.SYMTYPE), ("l/out.txt", b"x", FILE)],
    "hard link": [("good.txt", b"x", FILE), ("l", "good.txt", tarfile.LNKTYPE)],
    "fifo": [("f", "", tarfile.FIFOTYPE)],
    "device": [("f", "", tarfile.CHRTYPE)],
    "twice": [("a", b"x", FILE), ("a", b"y", FILE)],
    "file as folder": [("a", b"x", FILE), ("a/b", b"y", FILE)],
}


@pytest.mark.parametrize("kind", TARS)
def test_hostile_archives_write_nothing(tmp_path, kind):
    tar = make_tar(tmp_path / "t.tar", *TARS[kind], mode="w")
    with pytest.raises(ValueError, match=r"Cannot extract .* Nothing was written"):
        extracted(tar, tmp_path)
    assert held(tmp_path) == ["datasets/t.tar"]
    assert not list(tmp_path.rglob("out.txt"))


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out.txt", "d/../../out.txt"])
def test_hostile_zips_write_nothing(tmp_path, name):
    with pytest.raises(ValueError, match="would lie outside"):
        extracted(make_zip(tmp_path / "z.zip", (name, b"x")), tmp_path)
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with pytest.raises(ValueError, match="a link"):
        extracted(make_zip(tmp_path / "l.zip", (link, b"/etc")), tmp_path)
    assert held(tmp_path) == ["datasets/l.zip", "datasets/z.zip"]


def test_bombs_and_damage(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "FREE_BYTES", 1000)
    monkeypatch.setattr(archives, "MAX_RATIO", 2)
    bomb = make_zip(tmp_path / "b.zip", ("a", bytes(10**6)))
    with pytest.raises(ValueError, match=r"more than .* bytes"):
        extracted(bomb, tmp_path)
    tar = make_tar(tmp_path / "t.tar.gz", ("a", os.urandom(5000), FILE))
    tar.write_bytes(tar.read_bytes()[:-3000])
    with pytest.raises(ValueError, match="damaged or truncated"):
        extracted(tar, tmp_path)
    monkeypatch.setattr(archives, "MAX_MEMBERS", 1)
    with pytest.raises(ValueError, match="more than 1 members"):
        extracted(make_zip(tmp_path / "m.zip", ("a", b""), ("b", b"")), tmp_path)
    assert held(tmp_path) == ["datasets/b.zip", "datasets/m.zip", "datasets/t.tar.gz"]


def test_a_disk_that_is_full_while_extracting(tmp_path, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    tar = make_tar(tmp_path / "t.tar", ("a", b"x", FILE), mode="w")
    monkeypatch.setattr(archives, "_write", full)
    with pytest.raises(OSError, match="No space left"):
        extracted(tar, tmp_path)
    assert held(tmp_path) == ["datasets/t.tar"]
