"""What a page says about its article: where each field is looked for, what is taken, and what is remembered."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Provenance
from indexer.formats.html import read_article
from indexer.formats.jsonld import Descriptions, parse, plain, text_value

TEXT = "The council met on Tuesday night and talked for three hours about the bridge over the river and its price. " * 2


def read(head: str = "", body: str = "", title: str = "<title>Bridge vote put off | The Daily</title>") -> Article:
    body = body or f"<h1>Bridge vote put off</h1><p>{TEXT}</p><p>{TEXT}</p>"
    return read_article(
        f"<!DOCTYPE html><html><head>{title}{head}</head><body><main>{body}</main></body></html>".encode()
    )


def ld(text: str | None = None, **properties: object) -> str:
    described = text or json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **properties})
    return f'<script type="application/ld+json">{described}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta {"property" if ":" in name else "name"}="{name}" content="{content}">'


class TestOrder:
    def test_json_ld_comes_before_meta_tags_and_both_before_the_page(self) -> None:
        time = "<time datetime=2020-01-03>3 January</time>"
        head = meta("article:published_time", "2020-01-02T10:00:00Z")
        body = f"<h1>T</h1>{time}<p>{TEXT}</p><p>{TEXT}</p>"
        assert (
            str(read(ld(datePublished="2020-01-01T09:00:00+01:00") + head, body).published)
            == "2020-01-01T09:00:00+01:00"
        )
        assert str(read(head, body).published) == "2020-01-02T10:00:00Z"
        assert str(read("", body).published) == "2020-01-03"

    def test_what_was_not_taken_is_kept_with_the_place_of_what_was(self) -> None:
        head = ld(datePublished="2020-01-01T09:00:00Z") + meta("article:published_time", "2020-01-02T10:00:00Z")
        assert read(head).provenance["published"] == Provenance(
            "json-ld:datePublished", "NewsArticle/datePublished", 0.95, ("2020-01-02T10:00:00Z",)
        )

    def test_the_same_said_twice_is_no_alternative(self) -> None:
        head = ld(articleSection="Region") + meta("article:section", "Region")
        assert read(head).provenance["section"].rejected == ()

    def test_a_field_that_nobody_tells_is_missing_and_has_no_provenance(self) -> None:
        article = read()
        assert (article.url, article.section, article.modified, article.keywords, article.people) == (
            None,
            None,
            None,
            (),
            (),
        )
        assert "section" not in article.provenance


class TestTitle:
    @pytest.mark.parametrize(
        ("head", "body", "title"),
        [
            ("<title>Bridge vote put off | The Daily</title>", "<h1>Bridge vote put off</h1>", "Bridge vote put off"),
            ("<title>The Daily - Bridge vote put off</title>", "<h1>Bridge vote put off</h1>", "Bridge vote put off"),
            ("<title>Bridge vote put off</title>", "", "Bridge vote put off"),
            ("<title>Bridge – vote – put off</title>", "", "Bridge – vote – put off"),
            (
                "<title>x</title>"
                + meta("og:title", "Bridge vote put off - The Daily")
                + meta("og:site_name", "The Daily"),
                "",
                "Bridge vote put off",
            ),
            (
                "<title>x</title>" + ld(headline="Bridge vote put …"),
                "<h1>Bridge vote put off</h1>",
                "Bridge vote put off",
            ),
            ("<title>x</title>" + ld(headline="Bridge: vote"), "<h1>The Daily</h1>", "Bridge: vote"),
            (
                "<title>The Daily</title>"
                + ld(headline="Bridge vote put off", publisher={"name": "The Daily"})
                + meta("og:title", "Bridge vote put off - The Daily"),
                "<h1>THE DAILY</h1>",
                "Bridge vote put off",
            ),
            (
                "<title>x</title>"
                + meta("og:title", "Bridge vote put off-Regionㅣ The Daily")
                + meta("headline", "Bridge vote put off"),
                "",
                "Bridge vote put off",
            ),
            (
                "<title>x</title>" + ld(headline="Tom &amp;amp; Jerry&#8217;s <em>bridge</em>"),
                "",
                "Tom & Jerry’s bridge",
            ),
        ],
    )
    def test_the_headline_is_found_without_the_name_of_the_site(self, head: str, body: str, title: str) -> None:
        assert read(head, f"{body}<p>{TEXT}</p><p>{TEXT}</p>", title="").title == title

    def test_the_headline_that_readers_see_wins_over_one_for_search_engines_when_another_place_confirms_it(
        self,
    ) -> None:
        head = ld(headline="Bridge vote 2020 news") + meta("og:title", "Bridge vote put off")
        article = read(head)
        assert article.title == "Bridge vote put off"
        assert article.provenance["title"].method == "html:h1"
        assert "Bridge vote 2020 news" in article.provenance["title"].rejected


class TestByline:
    def test_people_are_writers_and_organisations_are_credited(self) -> None:
        author = [{"@type": "Person", "name": "Jane Roe"}, {"@type": "Organization", "name": "North Coast Wire"}]
        article = read(ld(author=author))
        assert (article.byline, article.credits) == (("Jane Roe",), ("North Coast Wire",))

    @pytest.mark.parametrize(
        "author",
        [
            "Jane Roe and John Doe",
            ["Jane Roe", "John Doe"],
            [{"name": "Jane Roe"}, {"name": ["John Doe"]}],
            {"@type": "Person", "name": "By Jane Roe, John Doe"},
        ],
    )
    def test_authors_come_in_many_shapes(self, author: object) -> None:
        assert read(ld(author=author)).byline == ("Jane Roe", "John Doe")

    def test_an_address_is_no_writer(self) -> None:
        head = meta("article:author", "https://www.facebook.com/thedaily") + meta("author", "Jane Roe")
        assert read(head).byline == ("Jane Roe",)

    @pytest.mark.parametrize("nobody", ["Staff", "admin", "Newsroom", "The Editorial Team", "null", "webmaster"])
    def test_stand_ins_for_nobody_are_left_out(self, nobody: str) -> None:
        assert read(ld(author=nobody)).byline == ()

    @pytest.mark.parametrize(
        "line",
        [
            "<p>By Jane Roe</p>",
            "<p class=byline>Jane Roe | 3 March 2020</p>",
            "<div><a rel=author href=/jane>Jane Roe</a></div>",
            "<p>Von <b>Jane Roe</b>, Redakteurin</p>",
            "<ul><li><a href=https://daily.example/author/jroe/>Jane Roe</a></li></ul>",
            "<h3>Before the vote</h3><p class=byline>Jane Roe</p>",
        ],
    )
    def test_a_visible_byline_is_read_when_metadata_has_none(self, line: str) -> None:
        article = read("", f"<h1>T</h1>{line}<p>{TEXT}</p><p>{TEXT}</p>")
        assert article.byline == ("Jane Roe",)
        assert "Jane Roe" not in article.body

    def test_the_site_as_its_own_author_gives_way_to_a_visible_writer(self) -> None:
        head = ld(author={"@type": "Organization", "name": "The Daily"}, publisher={"name": "The Daily"})
        article = read(head, f"<h1>T</h1><p class=byline>By Jane Roe</p><p>{TEXT}</p><p>{TEXT}</p>")
        assert (article.byline, article.credits) == (("Jane Roe",), ())

    def test_a_site_is_known_by_each_name_that_it_gives_itself(self) -> None:
        head = meta("og:site_name", "TDN.EXAMPLE") + meta("dc.publisher", "The Daily (www.tdn.example)")
        article = read(head + meta("author", "The Daily (www.tdn.example)"))
        assert (article.source, article.byline, article.credits) == ("TDN.EXAMPLE", (), ("The Daily",))
        assert article.provenance["credits"] == article.provenance["byline"]

    def test_a_site_that_signs_by_its_domain_is_no_writer(self) -> None:
        head = "<link rel=canonical href=https://www.tdn.example/bridge>" + meta("author", "TDN")
        article = read(head, f"<h1>T</h1><p class=byline>By Jane Roe, TDN BRENWICK</p><p>{TEXT}</p><p>{TEXT}</p>")
        assert (article.byline, article.credits) == (("Jane Roe",), ("TDN BRENWICK",))


class TestDates:
    def test_a_change_at_the_moment_of_publication_is_none(self) -> None:
        assert read(ld(datePublished="2020-01-01T09:00:00Z", dateModified="2020-01-01T09:00:00Z")).modified is None

    def test_a_day_in_words_under_the_headline_is_found(self) -> None:
        article = read("", f"<h1>T</h1><p><i>Thursday, 21 April 2016</i></p><p>{TEXT}</p><p>{TEXT}</p>")
        assert str(article.published) == "2016-04-21"
        assert article.provenance["published"].confidence < 0.9
        assert "21 April" not in article.body

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("<p>The quay after the flood that swept the town on 21 April 2016</p>", ""),
            ("", "<p>On air: Radio Brenwick, 21 April 2016, 15:10</p>"),
        ],
    )
    def test_the_day_of_something_else_is_not_that_of_the_article(self, before: str, after: str) -> None:
        article = read("", f"<h1>T</h1>{before}<p>{TEXT}</p><p>{TEXT}</p>{after}")
        assert article.provenance.get("published", Provenance("")).method != "html:date"

    def test_the_day_in_the_address_is_the_last_resort(self) -> None:
        head = '<link rel=canonical href="https://daily.example/2019/11/14/bridge">'
        article = read(head)
        assert str(article.published) == "2019-11-14"
        assert article.provenance["published"] == Provenance("htmldate", confidence=0.5)

    @pytest.mark.parametrize("nonsense", ["soon", "2020-13-45", "0001-01-01T00:00:00Z", "99999999999999999999", ""])
    def test_a_date_that_is_none_is_no_date(self, nonsense: str) -> None:
        assert read(ld(datePublished=nonsense)).published is None


class TestAddress:
    @pytest.mark.parametrize(
        ("head", "url"),
        [
            (
                '<link rel=canonical href="https://d.example/a">' + meta("og:url", "https://d.example/b"),
                "https://d.example/a",
            ),
            (meta("og:url", "https://d.example/a?utm_source=x&amp;fbclid=y"), "https://d.example/a"),
            (meta("og:url", "https://d.example/a?id=7"), "https://d.example/a?id=7"),
            (
                '<link rel=canonical href="https://d.example/">' + meta("og:url", "https://d.example/a"),
                "https://d.example/a",
            ),
            ('<link rel=canonical href="/a">' + meta("og:url", "https://d.example/b?c"), "https://d.example/a"),
            (ld(mainEntityOfPage={"@id": "https://d.example/a#article"}), "https://d.example/a"),
            ('<link rel=canonical href="javascript:alert(1)">', None),
            ('<link rel=canonical href="http://[">', None),
            ('<link rel=canonical href="/a">', None),
        ],
    )
    def test_the_address_is_absolute_and_without_tracking(self, head: str, url: str | None) -> None:
        assert read(head).url == url


class TestOtherFields:
    @pytest.mark.parametrize(
        ("tag", "language"), [("en-GB", "en"), ("de_DE", "de"), ("EN", "en"), ("x" * 40, None), ("", None)]
    )
    def test_a_language_is_named_without_its_region(self, tag: str, language: str | None) -> None:
        assert read(ld(inLanguage=tag)).language == language

    @pytest.mark.parametrize("keywords", ["flood, weir", ["flood", "weir"], ["flood", "weir", "flood"], "flood; weir"])
    def test_keywords_come_as_a_list_or_as_one_text(self, keywords: object) -> None:
        assert read(ld(keywords=keywords)).keywords == ("flood", "weir")

    def test_repeated_tags_are_one_list(self) -> None:
        assert read(meta("article:tag", "flood") + meta("article:tag", "weir")).keywords == ("flood", "weir")

    def test_people_places_and_organisations_are_told_apart_by_type(self) -> None:
        article = read(
            ld(
                about={"@type": "Place", "name": "Brenwick"},
                mentions=[
                    {"@type": "Person", "name": "Wim Carrow"},
                    {"@type": "GovernmentOrganization", "name": "Halmark Assembly"},
                    {"@type": ["Thing", "City"], "name": "Sarnholt"},
                    {"@type": "Thing", "name": "rain"},
                ],
            )
        )
        assert article.people == ("Wim Carrow",)
        assert article.places == ("Brenwick", "Sarnholt")
        assert article.organisations == ("Halmark Assembly",)

    def test_kinds_of_names_that_are_not_given_are_left_to_the_text(self) -> None:
        assert "places" not in read(ld(about={"@type": "Person", "name": "Wim Carrow"})).provenance

    def test_dublin_core_is_read(self) -> None:
        head = (
            meta("DC.creator", "Asta Nylund")
            + meta("DC.date", "2022-09-30")
            + meta("DC.publisher", "NCW")
            + meta("DC.subject", "wind power; Ostermoor")
            + meta("DC.language", "en")
        )
        article = read(head)
        assert (article.byline, str(article.published), article.source) == (("Asta Nylund",), "2022-09-30", "NCW")
        assert (article.keywords, article.language) == (("wind power", "Ostermoor"), "en")

    def test_microdata_is_read(self) -> None:
        body = (
            '<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop=headline>Bridge vote</h1>'
            '<span itemprop=author itemscope itemtype="https://schema.org/Person"><b itemprop=name>Jane Roe</b></span>'
            "<time itemprop=datePublished datetime=2020-01-01T09:00Z>1.1.</time>"
            f"<div itemprop=articleBody><p>{TEXT}</p></div></div>"
        )
        article = read("", body)
        assert (article.title, article.byline, str(article.published)) == (
            "Bridge vote",
            ("Jane Roe",),
            "2020-01-01T09:00:00Z",
        )


class TestJsonLd:
    def test_references_inside_a_graph_are_followed(self) -> None:
        graph = {
            "@graph": [
                {"@type": "WebPage", "@id": "#page", "name": "A page"},
                {
                    "@type": "NewsArticle",
                    "headline": "Bridge vote",
                    "author": {"@id": "#jane"},
                    "publisher": {"@id": "#daily"},
                },
                {"@type": "Person", "@id": "#jane", "name": "Jane Roe"},
                {"@type": "Organization", "@id": "#daily", "name": "The Daily"},
            ]
        }
        article = read(ld(json.dumps(graph)))
        assert (article.byline, article.source) == (("Jane Roe",), "The Daily")

    def test_articles_in_a_list_of_others_are_not_the_pages(self) -> None:
        others = {
            "@type": "ItemList",
            "itemListElement": [{"@type": "NewsArticle", "headline": "Another", "author": "X"}],
        }
        assert (
            read(ld(json.dumps([others, {"@type": "NewsArticle", "headline": "Bridge vote"}]))).title == "Bridge vote"
        )

    def test_the_article_that_names_the_pages_address_is_taken(self) -> None:
        two = [
            {
                "@type": "NewsArticle",
                "headline": "Another",
                "datePublished": "2020-01-01",
                "author": "X",
                "url": "https://d.example/b",
            },
            {"@type": "NewsArticle", "headline": "Bridge vote", "url": "https://d.example/a"},
        ]
        head = '<link rel=canonical href="https://d.example/a">' + ld(json.dumps(two))
        assert Descriptions([two]).article("https://d.example/a") == two[1]
        assert read(head, f"<p>{TEXT}</p><p>{TEXT}</p>").title == "Bridge vote"

    @pytest.mark.parametrize(
        "text",
        [
            '{"@type": "NewsArticle", "headline": "Bridge vote",}',
            '{"@type": "NewsArticle", "headline": "Bridge vote"};',
            '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Bridge vote"}\n//]]>',
            '<!-- {"@type": "NewsArticle", "headline": "Bridge vote"} -->',
            "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Bridge vote&quot;}",
            '{"@type": "NewsArticle", "headline": "Bridge vote", "description": "two\nlines"}',
            '{"@type": "NewsArticle"\n"headline": "Bridge vote"}',
            '{"@type": "NewsArticle", "headline": "Bridge vote", "articleBody": "He said "no"."}',
            '{"@type": "NewsArticle", "headline": "Bridge vote", "author": {"name": "cut o',
        ],
    )
    def test_broken_json_is_mended_or_salvaged(self, text: str) -> None:
        assert Descriptions(parse(text)).articles()[0]["headline"] == "Bridge vote"

    @pytest.mark.parametrize("text", ["", "{", "null", "[1, 2]", '"text"', "[" * 5000, '{"a":' * 5000, "<b>", "{}{}"])
    def test_what_is_no_description_says_nothing(self, text: str) -> None:
        assert Descriptions(parse(text)).articles() == []

    def test_a_value_nested_without_end_has_no_text(self) -> None:
        value: object = "x"
        for _ in range(500):
            value = {"name": [value]}
        assert text_value(value) is None

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("<em>A</em> &amp; B", "A & B"),
            ("A <script>x</script>", "A <script>x</script>"),
            ("&lt;b&gt;", "<b>"),
            (" a\n b ", "a b"),
        ],
    )
    def test_a_value_loses_the_markup_of_content_systems_only(self, text: str, meant: str) -> None:
        assert plain(text) == meant


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["2020-01-01", "NewsArticle", "https://d.example/a", "By A and B", "#x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@type", "@id", "@value", "name", "url", "headline"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "headline",
                "author",
                "publisher",
                "datePublished",
                "keywords",
                "about",
                "mentions",
                "url",
                "@id",
                "inLanguage",
                "articleBody",
                "articleSection",
                "description",
                "mainEntityOfPage",
                "dateModified",
                "dateline",
                "creator",
            ]
        ),
        VALUES,
        max_size=6,
    )
)
def test_any_description_gives_an_article_of_texts(properties: dict[str, object]) -> None:
    article = read(ld(**properties))
    json.dumps(article.to_record())
    assert article.title
