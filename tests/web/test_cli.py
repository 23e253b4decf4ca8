"""The command `backfile` as a whole."""

import json
import resource
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest
from served import BACKFILE, PATIENCE, fetch, free_port, served

from index.article import Article
from index.opening import open_backend
from index.schema import SCHEMA_VERSION
from index.settings import Settings
from web.cli import LATER, backfile, main

PRODUCT = (
    "concordance", "delete", "demo", "evaluate", "generations", "index", "keys", "optimize", "quotes", "reindex",
    "restore", "rollback", "search", "serve", "snapshot", "stats", "verify", "withdrawals",
)  # fmt: skip


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """What `backfile ARGUMENTS` exits with."""
    monkeypatch.setattr(sys, "argv", ["backfile", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_of_the_product_is_there() -> None:
    assert sorted(backfile.commands) == sorted(PRODUCT)
    assert all(command.get_short_help_str() for command in backfile.commands.values())


@pytest.mark.parametrize("name", sorted(LATER))
def test_a_command_of_a_later_version_says_so(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ((name,), (name, "--queries", "x", "PATH")):
        assert run(monkeypatch, *arguments) == 1
        assert "not available yet" in capsys.readouterr().err


def test_an_error_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "search", "rail") == 1
    said = capsys.readouterr()
    assert said.err.startswith("backfile: There is no index at var/index.")
    assert (said.err.count("\n"), said.out) == (1, "")


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("BACKFILE_PORT", "eight")
    assert run(monkeypatch, "serve") == 1
    assert "port: 'eight' is not a whole number" in capsys.readouterr().err


def test_a_mistyped_command_is_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "serch") == 2
    assert "No such command 'serch'" in capsys.readouterr().err


def test_help_and_version_succeed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--help") == 0
    assert "serve" in capsys.readouterr().out
    assert run(monkeypatch, "--version") == 0
    assert "backfile" in capsys.readouterr().out


def test_ctrl_c_ends_a_command_as_a_shell_expects(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command("wait")
    def wait() -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(backfile.commands, "wait", wait)
    assert run(monkeypatch, "wait") == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_reader_that_leaves_is_no_error(elsewhere: Path) -> None:
    """As in `backfile search … | head`."""
    with open_backend(Settings()).writer() as writer:
        for number in range(200):
            writer.put(Article(id=str(number), title="Rail", body="A long text. " * 300))
    command = [BACKFILE, "search", "rail", "--page-size", "200", "--json", "--show-fields", "body"]
    with subprocess.Popen(command, cwd=elsewhere, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.wait(PATIENCE)


def test_a_disk_that_takes_no_more_is_one_line_and_what_was_there_can_be_searched(elsewhere: Path) -> None:
    """A limit on the size of a file stands for all that an operating system refuses."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    # With a language: to find one, a library unpacks its model into a file of its own.
    for name, words in (("small.json", 10), ("large.json", 10_000)):
        body = " ".join(f"word{number}" for number in range(words))
        article = {"id": name, "title": "The ferry sails again", "language": "en", "body": body}
        (elsewhere / name).write_text(json.dumps(article))
    for name, code in (("large.json", 1), ("small.json", 0), ("large.json", 1)):
        command = [BACKFILE, "index", name]
        ended = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=False, preexec_fn=limited)
        assert ended.returncode == code
        if code:
            assert ended.stdout == ""
            assert ended.stderr.startswith("backfile: The index at var/index could not be written: file too large. ")
            assert ended.stderr.count("\n") == 1
    with open_backend(Settings(index=str(elsewhere / "var" / "index"))).reader() as reader:
        assert [one.count for one in reader.terms("title", "ferry")] == [1]
    assert len(list((elsewhere / "var" / "index").glob("generations/*/*.articles"))) == 1


def test_a_port_in_use_is_told_at_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for command in ("serve", "demo"):
            assert run(monkeypatch, command, "--port", str(port)) == 1
            assert f"port: {port} on 127.0.0.1 is in use" in capsys.readouterr().err
    assert not Path("var").exists()


def test_an_address_of_another_machine_cannot_be_listened_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "serve", "--host", "192.0.2.1") == 1
    assert "192.0.2.1" in capsys.readouterr().err
    assert run(monkeypatch, "serve", "--host", "no such host") == 1
    assert "is not an address of this machine" in capsys.readouterr().err


def test_the_server_starts_before_there_is_an_index_and_follows_its_commits(elsewhere: Path) -> None:
    settings = Settings(index=str(elsewhere / "index"))
    with served("serve", "--index", settings.index, "--workers", "2", folder=elsewhere) as (process, address):
        assert fetch(address, "/healthz")[0] == 200
        assert fetch(address, "/api/v1/search")[0] == 503
        for number in (1, 2):
            with open_backend(settings).writer() as writer:
                writer.put(Article(id=str(number), title="Hello"))
            for _ in range(4):  # whichever process answers
                assert json.loads(fetch(address, "/api/v1/search")[1])["total"] == number
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0


def test_an_unusable_index_is_not_served(elsewhere: Path) -> None:
    with open_backend(Settings()).writer() as writer:
        writer.put(Article(id="1", title="Rail"))
    Path("var/index/live").write_text("nonsense")
    command = [BACKFILE, "serve", "--port", str(free_port())]
    ended = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert "live should name the live index and holds 'nonsense'." in ended.stderr


CONTENTS = {
    "commit": lambda content: content.replace(b"schema %d" % SCHEMA_VERSION, b"schema 77"),
    "*.columns": lambda _: b"nonsense",
    "live": lambda _: b"nonsense",
}
TOLD = {"commit": "has schema version 77", "*.columns": "is damaged", "live": "should name the live index"}


@pytest.mark.parametrize("damaged", TOLD)
@pytest.mark.parametrize(
    "command",
    ["search rail", "stats", "index a.txt", "delete 1", "reindex", "rollback", "generations", "verify"],
)
def test_every_command_names_an_unusable_index_and_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, damaged: str
) -> None:
    """In a line, and nothing is changed. Listing generations looks at no columns, and shows one that is unreadable."""
    with open_backend(Settings()).writer() as writer:
        writer.put(Article(id="1", title="Rail"))
    (path,) = Path("var/index").rglob(damaged)
    path.write_bytes(CONTENTS[damaged](path.read_bytes()))
    before = {one: one.stat().st_mtime_ns for one in Path.cwd().rglob("*")}
    code = run(monkeypatch, *command.split())
    out, err = capsys.readouterr()
    listed = command == "generations" and damaged != "live"
    assert code == (0 if listed else 1)
    if command == "rollback" and damaged != "live":
        assert "keeps no generation to go back to" in err
    elif not (listed and damaged == "*.columns"):
        assert TOLD[damaged] in out + err
        assert "“backfile " in out + err
    assert err.count("\n") <= 1
    assert {one: one.stat().st_mtime_ns for one in Path.cwd().rglob("*") if one.is_file()} == {
        one: changed for one, changed in before.items() if one.is_file()
    }
