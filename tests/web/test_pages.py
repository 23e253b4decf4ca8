"""The pages for people."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from ferry_archive import HOSTILE, MALICIOUS, ODD_IDS
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from web.links import Links
from web.pages import steps

VOID = {"br", "hr", "img", "input", "link", "meta", "line", "rect", "path"}
PAGES = (
    "/",
    "/?q=ferry",
    "/?q=ferry&page=2",
    "/?q=ferry&section=Sport&section=-Politics&person=_missing&from-date=2012",
    "/?q=nothingatall",
    "/?q=ferry+nothingatall",
    "/?q=%22ferry",
    "/?q=ferry&page=400",
    "/?q=ferry&order-by=oldest&facet-size=1",
    "/articles/reuters:1?q=flood",
    "/articles/bare",
    "/articles/ar-1",
    "/help",
    "/about",
    "/nowhere",
    "/?colour=red",
    "/facets/section",
)  # fmt: skip


class Page(HTMLParser):
    """The elements of a page, and whether they were closed as they were opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"<{tag}> has an attribute twice"
        if tag != "title" or "svg" not in self.open:  # a drawing's parts have titles of their own
            self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def hits(html: str) -> int:
    return html.count('<li class="hit"')


@pytest.mark.parametrize("url", PAGES)
def test_a_page_is_sound_html(client: FlaskClient, url: str) -> None:
    """Closed as opened, ids once, labels and descriptions that lead somewhere, one main part and one title."""
    page = Page(client.get(url).get_data(as_text=True))
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    for _, attributes in page.elements:
        for reference in ("for", "aria-describedby", "aria-labelledby", "form"):
            if reference in attributes:
                assert attributes[reference] in ids
    assert (len(page.all("main")), len(page.all("h1")), len(page.all("title"))) == (1, 1, 1)
    assert all(attributes.get("alt") is not None for attributes in page.all("img"))


@pytest.mark.parametrize("url", PAGES)
def test_a_page_runs_and_fetches_nothing_but_its_own_files(client: FlaskClient, url: str) -> None:
    page = Page(client.get(url).get_data(as_text=True))
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert tag not in {"style", "iframe", "object", "embed", "base"}
        assert (attributes.get("src") or "/static/").startswith("/static/")
    for attributes in page.all("script"):  # linked data is data, and never run
        assert "src" in attributes or attributes.get("type") == "application/ld+json"
    fetched = [one for one in page.all("link") if one["rel"] in {"stylesheet", "icon"}]
    assert len(fetched) == 2
    assert all((attributes["href"] or "").startswith("/static/") for attributes in fetched)
    for attributes in page.all("a"):
        assert re.match(r"/|#|https?://", attributes["href"] or "")


def test_without_a_question_the_newest_articles_are_shown(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    assert "All 80 articles" in text_of(html)
    assert hits(html) == 20
    assert html.index("Flood at the weir") < html.index("Erster Zug") < html.index("Ferry number 59")


def test_the_answer_shows_where_each_article_comes_from_and_why_it_was_found(client: FlaskClient) -> None:
    html = client.get("/?q=flood+lorry").get_data(as_text=True)
    assert "<mark>Flood</mark> at the weir</a>" in html
    assert '<time datetime="2024-03-05T07:10:00Z">5 March 2024, 07:10</time>' in html
    assert "The Herald · Region · Jane Roe, John Doe" in text_of(html).replace(" ,", ",")
    assert re.search(r"in a caption</span> A <mark>lorry</mark> in the <mark>flood</mark>", html)
    assert 'href="/articles/reuters:1?q=flood+lorry"' in html


def test_ticking_a_box_gives_exactly_its_count(client: FlaskClient) -> None:
    html = client.get("/?q=ferry&section=Politics").get_data(as_text=True)
    counts = dict(re.findall(r'name="section" value="([^"]+)".*?box-count">([\d,]+)<', html, re.DOTALL))
    for section in ("Politics", "Sport", "Region", "_missing"):
        answer = client.get("/", query_string={"q": "ferry", "section": section}).get_data(as_text=True)
        assert f">{counts[section]} articles" in re.sub(r">\s+", ">", answer)


def test_chosen_filters_stay_ticked_and_can_be_taken_away(client: FlaskClient) -> None:
    page = Page(client.get("/?q=ferry&section=Sport&byline=Jane+Roe&order-by=oldest").get_data(as_text=True))
    ticked = [(box["name"], box["value"]) for box in page.all("input") if "checked" in box]
    assert ("section", "Sport") in ticked
    hidden = [(box["name"], box["value"]) for box in page.all("input") if box.get("type") == "hidden"]
    assert hidden == [("byline", "Jane Roe"), ("order-by", "oldest")]
    chips = [a["href"] for a in page.all("a") if a.get("class") == "chip"]
    assert chips == ["/?q=ferry&section=Sport&order-by=oldest", "/?q=ferry&byline=Jane+Roe&order-by=oldest"]


def test_the_seven_facets_have_legends(client: FlaskClient) -> None:
    html = client.get("/?q=flood").get_data(as_text=True)
    legends = re.findall(r"<legend>(.*?)</legend>", html)
    assert legends[1:] == ["Date", "Source", "Section", "Person", "Place", "Organisation", "Keyword", "Language"]


def test_the_timeline_tells_gaps_and_leads_to_its_days(client: FlaskClient) -> None:
    html = client.get("/?q=ferry+sails").get_data(as_text=True)
    assert "/?q=ferry+sails&amp;from-date=2010-01-01&amp;to-date=2010-12-31" in html
    assert "(1 without a date)" in html
    assert "no coverage" in client.get("/").get_data(as_text=True)


def test_pages_follow_each_other(client: FlaskClient) -> None:
    seen: list[str] = []
    for number in (1, 2, 3):
        html = client.get("/", query_string={"q": "sails", "page": number}).get_data(as_text=True)
        seen += re.findall(r'href="/articles/(ferry-\d\d)', html)
        assert ('rel="next"' in html) == (number < 3)
        assert ('rel="prev"' in html) == (number > 1)
    assert sorted(seen) == [f"ferry-{number:02}" for number in range(60)]


def test_a_page_past_the_last_leads_back(client: FlaskClient) -> None:
    html = client.get("/?q=sails&page=9").get_data(as_text=True)
    assert "there is no page 9" in text_of(html)
    assert 'href="/?q=sails"' in html


def test_where_nothing_is_found_the_ways_on_are_offered(client: FlaskClient) -> None:
    html = client.get("/?q=ferry+nothingatall&section=Sport").get_data(as_text=True)
    assert "Nothing found for" in html
    assert re.search(
        r'href="/\?q=ferry\+nothingatall&amp;match=any&amp;section=Sport">Articles with any of the words</a>', html
    )
    assert re.search(r'href="/\?q=ferry\+nothingatall">Without section', html)


def test_a_query_that_was_read_differently_says_how(client: FlaskClient) -> None:
    html = client.get("/?q=%22ferry+sails").get_data(as_text=True)
    assert 'role="note"' in html
    assert hits(html) == 20


def test_each_word_shows_how_many_articles_it_finds_by_itself(client: FlaskClient) -> None:
    text = text_of(client.get("/?q=ferry+weir").get_data(as_text=True))
    assert "Each by itself: ferry 61 · weir 1" in text


def test_the_article_page_shows_every_field(client: FlaskClient) -> None:
    html = client.get("/articles/reuters:1?q=flood&section=Region&page=1").get_data(as_text=True)
    text = text_of(html)
    for shown in (
        "The river came at night.", "Jane Roe", "John Doe", "Associate Press", "5 March 2024, 07:10", "UTC",
        "changed 6 March 2024, 08:00", "BRENWICK", "Region", "weather", "Mud everywhere", "Kofi Brandal", "Yusuf Hale",
        "Elow River Trust", "English", "json-ld:datePublished", "2024-03-04",
    ):  # fmt: skip
        assert shown in text, shown
    assert 'href="https://example.org/flood?a=1&amp;b=2"' in html
    assert 'href="/?q=flood&amp;section=Region"' in html
    assert 'href="/?person=Yusuf+Hale"' in html
    assert html.count('<mark id="match-') == 4
    assert '<a class="step step-on" href="#match-2" aria-label="Next match">' in html


def test_the_language_and_direction_of_an_article_are_told_to_the_browser(client: FlaskClient) -> None:
    assert 'lang="ar" dir="rtl"' in client.get("/articles/ar-1").get_data(as_text=True)
    assert re.search(r'<li class="hit" lang="de">', client.get("/?q=Zug").get_data(as_text=True))


def test_an_uncertain_date_is_marked(client: FlaskClient) -> None:
    assert "(uncertain)" in client.get("/?q=Zug").get_data(as_text=True)
    text = text_of(client.get("/articles/de-1").get_data(as_text=True))
    assert "The date is not certain: only the month is known" in text


def test_an_article_of_nothing_but_an_id_has_a_page(client: FlaskClient) -> None:
    assert "Untitled article" in client.get("/articles/bare").get_data(as_text=True)


@pytest.mark.parametrize("article_id", [*ODD_IDS, HOSTILE])
def test_any_id_is_reached_by_its_link(client: FlaskClient, article_id: str) -> None:
    response = client.get(Links("/").article(article_id))
    assert response.status_code == 200
    assert "Odd one" in response.get_data(as_text=True) or article_id == HOSTILE


@pytest.mark.parametrize(
    "url", ["/?q=ferry&section=", Links("/").article(MALICIOUS.id), "/?q=onerror", "/?from-date=1999&to-date=1999"]
)
def test_nothing_that_an_article_holds_becomes_markup(client: FlaskClient, url: str) -> None:
    html = client.get(url).get_data(as_text=True)
    page = Page(html)
    assert len(page.all("script")) == 1
    assert page.all("img") == []
    assert "49" not in re.findall(r"\{\{.*?\}\}", html)
    assert not any("onerror" in name or "onclick" in name for _, attributes in page.elements for name in attributes)


@pytest.mark.parametrize("url", ["/?q=sign", "/articles/half?q=sign", "/api/v1/search?q=sign", "/api/v1/articles/half"])
def test_half_a_sign_can_be_shown(client: FlaskClient, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200
    assert "Half" in response.data.decode("utf-8")


def test_what_a_searcher_types_is_shown_as_it_is_and_never_becomes_markup(client: FlaskClient) -> None:
    html = client.get("/", query_string={"q": HOSTILE, "section": HOSTILE, "from-date": ""}).get_data(as_text=True)
    assert len(Page(html).all("script")) == 1
    assert "&lt;script&gt;alert(1)" in html


def test_a_request_that_cannot_be_read_gives_a_page_that_helps(client: FlaskClient) -> None:
    response = client.get("/?q=ferry&sektion=Sport")
    html = response.get_data(as_text=True)
    assert response.status_code == 400
    assert "There is no parameter “sektion”" in html
    assert "<code>section</code>" in html
    assert 'value="ferry"' in html


def test_about_counts_the_archive(client: FlaskClient) -> None:
    text = text_of(client.get("/about").get_data(as_text=True))
    assert "holds 80 articles" in text
    assert "from 1999 to 2024" in text


def test_help_shows_examples_that_work(client: FlaskClient) -> None:
    page = Page(client.get("/help").get_data(as_text=True))
    examples = [a["href"] or "" for a in page.all("a") if (a["href"] or "").startswith("/?q=")]
    assert len(examples) > 15
    for url in examples:
        html = client.get(url).get_data(as_text=True)
        assert "read a little differently" not in html, url


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(max_size=40) | st.text("ab\"'()[]{}:*?~^+-&|\\/ AND OR NOT<>=.,;#%\x00", max_size=40))
def test_any_query_text_is_answered(client: FlaskClient, query: str) -> None:
    for url in ("/", "/articles/reuters:1", "/api/v1/search"):
        response = client.get(url, query_string={"q": query.encode("utf-8", "replace").decode()})
        assert response.status_code in {200, 400}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_any_query_string_is_answered(client: FlaskClient, query: str) -> None:
    for url in ("/", "/article", "/api/v1/search"):
        assert client.get(url, query_string=query).status_code in {200, 400, 404}


@pytest.mark.parametrize(
    ("page", "pages", "expected"),
    [
        (1, 1, []),
        (1, 2, [1, 2]),
        (1, 9, [1, 2, 3, None, 9]),
        (5, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (5, 20, [1, 2, 3, 4, 5, 6, 7, None, 20]),
        (10, 20, [1, None, 8, 9, 10, 11, 12, None, 20]),
        (20, 20, [1, None, 18, 19, 20]),
        (50, 20, [1, None, 20]),
    ],
)
def test_the_pager_names_the_ends_and_the_neighbours(page: int, pages: int, expected: list[int | None]) -> None:
    assert steps(page, pages) == expected
