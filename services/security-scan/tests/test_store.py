"""The cache folder, which several workers may share."""

from pathlib import Path

from security_scan.store import ArchiveStore, Stored


def kept(store: ArchiveStore, content: bytes, etag: str) -> Stored:
    with store.room() as path:
        path.write_bytes(content)
        return store.keep(path, etag)


def test_a_run_reads_one_archive_to_its_end_though_a_newer_one_arrives(tmp_path: Path) -> None:
    store = ArchiveStore(tmp_path)
    old = kept(store, b"old", '"1"')
    store.pin("run/../1", old)
    new = kept(store, b"new", '"2"')
    assert ArchiveStore(tmp_path).of_run("run/../1") == old
    assert ArchiveStore(tmp_path).newest() == new
    assert store.of_run("run 2") is None


def test_old_archives_are_dropped_and_a_run_that_read_one_starts_anew(tmp_path: Path) -> None:
    store = ArchiveStore(tmp_path)
    store.pin("run 1", kept(store, b"1", '"1"'))
    for n in range(2, 5):
        kept(store, b"%d" % n, f'"{n}"')
    assert len(list(tmp_path.glob("*.zip"))) == 2
    assert store.of_run("run 1") is None


def test_a_note_that_cannot_be_read_is_no_note(tmp_path: Path) -> None:
    store = ArchiveStore(tmp_path)
    kept(store, b"1", '"1"')
    (tmp_path / "newest.json").write_bytes(b"{")
    assert store.newest() is None
    (tmp_path / "newest.json").write_bytes(b'{"file": "../../etc/passwd", "etag": ""}')
    assert store.newest() is None


def test_what_was_written_and_not_kept_is_removed(tmp_path: Path) -> None:
    with ArchiveStore(tmp_path).room() as path:
        path.write_bytes(b"half")
    assert list(tmp_path.iterdir()) == []
