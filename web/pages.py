"""The pages for people: search, article, help and about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request, url_for
from markupsafe import Markup, escape

from index.errors import NotAvailableYet
from index.results import Interval
from index.schema import FIELDS
from search.page import DEEPEST, PAGE_FACETS, Result, SearchRequest
from web import wording
from web.archive import archive, root, site
from web.filters import chips, facets
from web.links import Links, api_article, outside
from web.params import PAGE_DEFAULTS, read_parameters
from web.reading import lay_out
from web.timeline import draw
from web.validators import validated

blueprint = Blueprint("pages", __name__)

ORDERS = {"relevance": "Relevance", "newest": "Newest", "oldest": "Oldest"}
WIDER = {"most": "most of the words", "any": "any of the words"}
PLURALS = {
    "source": "Sources",
    "section": "Sections",
    "person": "People",
    "place": "Places",
    "organisation": "Organisations",
    "keyword": "Keywords",
    "lang": "Languages",
}
NEIGHBOURS = 2
"""Pages to either side of the current one that the pager names: five numbers fit a phone of 360 pixels."""


@blueprint.get("/")
@validated
def search() -> str:
    """The form, and the answer to what it asks; without a question the newest articles."""
    asked = read_parameters(request.args.items(multi=True), PAGE_DEFAULTS).request
    answer = archive().search(asked)
    links = Links(root(), asked)
    return _page(
        "search.html",
        answer=answer,
        links=links,
        facets=facets(answer.facets, links),
        chips=chips(links),
        timeline=draw(answer.histogram, links) if answer.histogram else None,
        orders=ORDERS,
        steps=steps(answer.current_page, min(answer.pages, DEEPEST // asked.page_size)),
        hits=[show(result) for result in answer.results],
        website=_website(),
        wider=[(WIDER[match], found, links.match(match)) for match, found in answer.wider],
    )


@blueprint.get("/articles/<path:article_id>")
@validated
def article(article_id: str) -> str:
    """One article, with the matches of the query that led to it."""
    return _article(article_id, list(request.args.items(multi=True)))


@blueprint.get("/article")
@validated
def article_by_id() -> str:
    """One article whose id cannot stand in a path."""
    return _article(request.args.get("id", ""), [pair for pair in request.args.items(multi=True) if pair[0] != "id"])


def _article(article_id: str, pairs: list[tuple[str, str]]) -> str:
    asked = read_parameters(pairs, PAGE_DEFAULTS).request
    found = archive().article(article_id, asked)
    return _page(
        "article.html",
        article=found.article,
        reading=lay_out(found),
        links=Links(root(), asked),
        nothing_asked=PAGE_DEFAULTS,
        endpoint=api_article(root(), article_id),
        canonical=Links(site()).article(article_id),
    )


@blueprint.get("/help")
def help_page() -> str:
    """The query language in examples."""
    return _page("help.html", links=Links(root()), fields=[field.name for field in FIELDS])


@blueprint.get("/about")
@validated
def about() -> str:
    """What the archive holds."""
    everything = SearchRequest(facets=PAGE_FACETS, facet_size=1, interval=Interval.YEAR, page_size=1)
    answer = archive().searcher.search(everything)
    links = Links(root())
    buckets = answer.histogram.buckets if answer.histogram else ()
    return _page(
        "about.html",
        answer=answer,
        links=links,
        timeline=draw(answer.histogram, links) if answer.histogram else None,
        years=(buckets[0].start.year, buckets[-1].end.year) if buckets else None,
        plurals=PLURALS,
    )


@blueprint.get("/facets/<field>")
def facet_page(field: str) -> Response:
    """All values of one facet."""
    raise NotAvailableYet("The page with all values of a facet")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A snippet as it is shown, `where` naming the field when it is not the running text."""

    where: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit's title and its snippets, with the matches marked."""

    title: Markup
    snippets: tuple[Fragment, ...]


def show(result: Result) -> Shown:
    """What the list of hits shows of one: a snippet that is the whole title becomes the title."""
    article, title = result.article, None
    fragments = []
    for snippet in result.snippets:
        if snippet.field == "title" and snippet.text == article.title:
            title = Markup(snippet.html)  # noqa: S704  # search escaped the text before it put the marks in
        else:
            fragments.append(Fragment(wording.found_in(snippet.field), Markup(snippet.html)))  # noqa: S704  # the same
    return Shown(title or escape(wording.headline(article)), tuple(fragments))


def steps(here: int, last: int) -> list[int | None]:
    """The pages that the pager names, `None` where it leaves some out: 1 … 4 5 6 7 8 … 16. Empty for a single page."""
    if last < 2:
        return []
    named = sorted({1, last, *range(max(1, here - NEIGHBOURS), min(last, here + NEIGHBOURS) + 1)})
    found: list[int | None] = []
    for before, number in zip((0, *named), named, strict=False):
        if number - before == 2:
            found.append(number - 1)  # one page takes no more room than the dots that would stand for it
        elif number - before > 2:
            found.append(None)
        found.append(number)
    return found


def _website() -> dict[str, Any]:
    """The site as schema.org has it, by which search engines offer its search field."""
    target = {"@type": "EntryPoint", "urlTemplate": f"{site()}?q={{search_term_string}}"}
    action = {"@type": "SearchAction", "target": target, "query-input": "required name=search_term_string"}
    return {"@context": "https://schema.org", "@type": "WebSite", "name": archive().settings.title, "url": site(),
            "potentialAction": action}  # fmt: skip


def _page(template: str, **values: Any) -> str:
    page = render_template(template, **values)
    # A name from a broken file may hold half a surrogate pair, which no encoding can send.
    return page.encode("utf-8", "replace").decode()


def install(app: Flask, versions: dict[str, str]) -> None:
    """Give the templates their words, and static files addresses that change with their content."""

    def static_url(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    words: dict[str, Callable[..., Any]] = {
        "number": wording.number,
        "count": wording.count,
        "language_name": wording.language_name,
        "language_tag": wording.language_tag,
        "right_to_left": wording.right_to_left,
        "found_in": wording.found_in,
        "headline": wording.headline,
        "uncertain": wording.uncertain,
        "outside": outside,
        "when": lambda instant: wording.when(instant, archive().settings.zone),
        "zone_name": lambda instant: wording.zone_name(instant, archive().settings.zone),
    }
    app.jinja_env.filters.update(words)
    app.jinja_env.globals.update(static_url=static_url)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def name_of_the_archive() -> dict[str, str]:
        return {"archive_title": archive().settings.title}
