"""Whoever asks over HTTP while generations are swapped and articles come in gets whole answers, each of one state."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from served import BACKFILE, PATIENCE, fetch, served

from index.article import Article
from index.opening import open_backend
from index.settings import Settings
from index.withdrawals import Withdrawal
from indexer.terminal import now

ARTICLES = 40
"""In the first generation; each after it has one more."""
ADDED = 3
"""Articles that come into each generation while it is live, a commit for each."""
WITHDRAWN = "withdrawn"


def made(generation: int, number: int | str) -> Article:
    """An article that tells which generation it is of, by its id and by its section."""
    return Article(id=f"{generation}-{number}", title="The ferry sails", section=f"generation {generation}")


class Operator:
    """Swaps generations and adds articles, as another process than the server."""

    def __init__(self, settings: Settings) -> None:
        self._backend = open_backend(settings)
        self.known: dict[str, int] = {}
        """Which generation goes by which name."""

    def begin(self) -> None:
        with self._backend.writer() as writer:
            writer.put(Article(id=WITHDRAWN, title="Taken down"))
            for number in range(ARTICLES):
                writer.put(made(0, number))
        self._backend.purge([Withdrawal(WITHDRAWN, now(), "the court says so")])
        self._live(0)

    def reindex(self, generation: int) -> None:
        with self._backend.rebuild() as rebuild:
            for number in range(ARTICLES + generation):
                rebuild.put(made(generation, number))
        self._live(generation)

    def rollback(self) -> None:
        self._backend.rollback()

    def add(self, generation: int, number: int) -> None:
        with self._backend.writer() as writer:
            writer.put(made(generation, f"x{number}"))

    def _live(self, generation: int) -> None:
        self.known[self._backend.generations()[-1].name] = generation


class OperatorByCommands(Operator):
    """The same by the commands, each in a process of its own. What is withdrawn is in the files all the same."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._folder = Path(settings.index).parents[1]  # whose default index it is

    def reindex(self, generation: int) -> None:
        articles = [made(generation, number) for number in range(ARTICLES + generation)]
        self._command("reindex", self._file([*articles, Article(id=WITHDRAWN, title="Taken down")]), code=3)
        self._live(generation)

    def rollback(self) -> None:
        self._command("rollback")

    def add(self, generation: int, number: int) -> None:
        self._command("index", "--quiet", self._file([made(generation, f"x{number}")]))

    def _file(self, articles: list[Article]) -> str:
        path = self._folder / "articles.jsonl"
        path.write_text("\n".join(json.dumps(article.to_json()) for article in articles))
        return path.name

    def _command(self, *arguments: str, code: int = 0) -> None:
        done = subprocess.run([BACKFILE, *arguments], cwd=self._folder, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr


class Asker(threading.Thread):
    """Asks again and again until it is told to stop."""

    def __init__(self, address: str, asking: Callable[[], bool]) -> None:
        super().__init__()
        self._address = address
        self._asking = asking
        self.answers: list[tuple[str, int, int]] = []
        """Of each the name of the generation, what its articles say is their generation, and the total."""
        self.failures: list[object] = []

    def run(self) -> None:
        while self._asking():
            try:
                self._ask()
            except Exception as error:  # shown by whoever reads the failures
                self.failures.append(error)

    def _ask(self) -> None:
        status, body = fetch(self._address, "/api/v1/search?q=ferry&facet=section&page-size=200")
        answer = json.loads(body)
        ids = {result["id"] for result in answer["results"]}
        of = {one.partition("-")[0] for one in ids}
        (facet,) = answer["facets"]
        counts = {value["value"]: value["count"] for value in facet["values"]}
        (generation,) = of
        whole = len(ids) == answer["total"] and counts == {f"generation {generation}": answer["total"]}
        if status != 200 or not whole:
            self.failures.append(answer)
        self.answers.append((answer["indexGeneration"], int(generation), answer["total"]))
        gone, _ = fetch(self._address, f"/api/v1/articles/{WITHDRAWN}")
        page, _ = fetch(self._address, "/?q=ferry")
        if (gone, page) != (410, 200):
            self.failures.append((gone, page))


@pytest.mark.parametrize(
    ("operated", "swaps"),
    [(Operator, 3), pytest.param(OperatorByCommands, 12, marks=pytest.mark.long)],
    ids=["3 swaps", "12 swaps"],
)
def test_no_answer_fails_or_is_of_two_states_while_generations_are_swapped(
    tmp_path: Path, operated: type[Operator], swaps: int
) -> None:
    """Total, facet, hits and the generation's name belong together, through swaps, going back and forth, and commits.

    An article that was withdrawn is gone all the while.
    """
    settings = Settings(index=str(tmp_path / Settings().index))
    operator = operated(settings)
    operator.begin()
    done = threading.Event()
    with served("serve", "--index", settings.index, "--workers", "2", folder=tmp_path) as (_, address):
        askers = [Asker(address, lambda: not done.is_set()) for _ in range(3)]
        for asker in askers:
            asker.start()
        try:
            for generation in range(1, swaps + 1):
                operator.reindex(generation)
                for number in range(ADDED):
                    operator.add(generation, number)
                operator.rollback()
                operator.rollback()
        finally:
            done.set()
            for asker in askers:
                asker.join(PATIENCE)
    assert [failure for asker in askers for failure in asker.failures] == []
    answers = [answer for asker in askers for answer in asker.answers]
    seen = {generation for _, generation, _ in answers}
    assert len(seen) > swaps // 2
    for name, generation, total in answers:
        assert operator.known[name] == generation
        assert ARTICLES + generation <= total <= ARTICLES + generation + ADDED
    print(f"{len(answers):,} answers of {len(seen)} generations")  # noqa: T201  # for -s
