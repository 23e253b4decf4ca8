"""Each shape that news comes in as JSON fills the fields that its keys mean."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from index.article import Article, Caption, Origin
from index.errors import ArticleRejected
from indexer.format import Embargoed, TakenBack
from indexer.formats.json import FORMAT
from indexer.formats.records import read_record
from indexer.formats.shapes import fold, shape_of, values_at


def read(record: dict[str, Any]) -> Article:
    (article,) = FORMAT.parse(io.BytesIO(json.dumps(record).encode()), Origin("a.json"))
    assert isinstance(article, Article)
    return article


NESTED: dict[str, Any] = {
    "web_title": "T",
    "fields": {"Headline": "H", "empty": None},
    "tags": [{"type": "keyword", "webTitle": "a"}, {"type": "contributor", "webTitle": "b"}, "c"],
    "nested": [{"x": [1, 2]}, {"x": 3}],
}


class TestPaths:
    @pytest.mark.parametrize(
        ("path", "values"),
        [
            ("webTitle", ["T"]),
            ("fields.headline", ["H"]),
            ("fields.empty", []),
            ("tags.webTitle", ["a", "b"]),
            ("tags[type=contributor].web_title", ["b"]),
            ("nested.x", [1, 2, 3]),
            ("web_title.more", []),
            ("absent.key", []),
        ],
    )
    def test_a_path_leads_through_objects_and_lists(self, path: str, values: list[object]) -> None:
        assert values_at(NESTED, path) == values

    def test_keys_are_compared_without_case_and_underscores(self) -> None:
        assert fold("web_Publication-Date") == fold("webPublicationDate")

    @pytest.mark.parametrize(
        ("record", "name"),
        [
            ({"title": "x", "body": "y"}, "backfile"),
            ({"publishedPrecision": "day", "foreign": 1}, "backfile"),
            ({"webTitle": "x", "webUrl": "y"}, "guardian"),
            ({"source": {}, "publishedAt": "x", "title": "y", "urlToImage": None}, "newsapi"),
            ({"uri": "x", "versioncreated": "y"}, "ninjs"),
            ({"uri": "x", "versionCreated": "y"}, "ninjs"),
            ({"@context": "x", "@type": "NewsArticle", "headline": "y"}, "json-ld"),
            ({"title": "x", "text": "y"}, "json"),
        ],
    )
    def test_a_shape_is_known_by_its_keys(self, record: dict[str, Any], name: str) -> None:
        assert shape_of(record).name == name


class TestOwn:
    def test_ids_stand_as_they_are(self) -> None:
        assert read({"id": "paper-1", "title": "x", "body": "y"}).id == "paper-1"

    def test_nothing_is_cut_apart_or_taken_for_markup(self) -> None:
        record = {
            "title": "On <b> &amp; co.",
            "body": "One\ntwo\n\nThree <p>",
            "byline": ["Jane Roe and Sons"],
            "keywords": ["a, b"],
            "captions": [{"text": "A bridge. (Photo: X)", "credit": None}],
            "publishedPrecision": None,
        }
        article = read(record)
        assert (article.title, article.body) == ("On <b> &amp; co.", "One\ntwo\n\nThree <p>")
        assert (article.byline, article.keywords) == (("Jane Roe and Sons",), ("a, b",))
        assert article.captions == (Caption("A bridge. (Photo: X)"),)

    def test_an_empty_list_of_names_is_an_answer(self) -> None:
        article = read({"title": "x", "body": "y", "people": [], "places": ["Sarnholt"]})
        assert "people" in article.provenance
        assert "organisations" not in article.provenance

    def test_the_bodies_of_our_own_endpoint_are_read(self, rich_article: Article) -> None:
        body = {
            "total": 1,
            "results": [{**rich_article.to_json(), "score": 1.5, "highlights": [], "apiUrl": "/x", "wordCount": 9}],
        }
        article = read(body)
        assert (article.id, article.title, article.quotes) == (rich_article.id, rich_article.title, rich_article.quotes)


GUARDIAN: dict[str, Any] = {
    "id": "world/2024/mar/05/bridge",
    "type": "article",
    "sectionName": "World news",
    "webTitle": "Bridge vote put off",
    "webUrl": "https://paper.example/world/2024/mar/05/bridge",
    "webPublicationDate": "2024-03-05T07:10:00Z",
    "fields": {
        "headline": "Bridge vote <em>put off</em>",
        "trailText": "Nobody will <strong>pay</strong>",
        "byline": "Jane Roe in London and John Doe",
        "body": "<p>One.</p><h2>Two</h2>"
        "<figure><img><figcaption>A bridge. Photograph: Kofi Brandal</figcaption></figure>"
        "<p>Three.</p>",
        "bodyText": "One. Three.",
        "lastModified": "2024-03-05T09:00:00Z",
        "publication": "The Paper",
    },
    "tags": [{"type": "keyword", "webTitle": "Bridges"}, {"type": "contributor", "webTitle": "Jane Roe"}],
}


class TestGuardian:
    def test_all_its_fields_are_read(self) -> None:
        article = read({"response": {"status": "ok", "results": [GUARDIAN]}})
        assert article.id == "guardian:world/2024/mar/05/bridge"
        assert (article.title, article.abstract) == ("Bridge vote put off", "Nobody will pay")
        assert (article.byline, article.source) == (("Jane Roe", "John Doe"), "The Paper")
        assert (str(article.published), str(article.modified)) == ("2024-03-05T07:10:00Z", "2024-03-05T09:00:00Z")
        assert (article.section, article.keywords, article.type) == ("World news", ("Bridges",), "article")
        assert (article.body, article.headings) == ("One.\n\nThree.", ("Two",))
        assert article.captions == (Caption("A bridge.", "Kofi Brandal"),)
        assert article.provenance["byline"].method == "guardian:fields.byline"

    def test_without_fields_its_title_and_address_remain(self) -> None:
        record = {key: value for key, value in GUARDIAN.items() if key != "fields"}
        article = read(record)
        assert (article.title, article.byline) == ("Bridge vote put off", ("Jane Roe",))


class TestNewsApi:
    def test_all_its_fields_are_read(self) -> None:
        article = read(
            {
                "status": "ok",
                "articles": [
                    {
                        "source": {"id": None, "name": "The Paper"},
                        "author": "Jane Roe, John Doe",
                        "title": "Bridge vote put off - The Paper",
                        "description": "Nobody will pay",
                        "url": "https://paper.example/a?utm_source=x",
                        "urlToImage": None,
                        "publishedAt": "2024-03-05T07:10:00Z",
                        "content": "The council met on Tuesday … [+314 chars]",
                    }
                ],
            }
        )
        assert (article.title, article.source) == ("Bridge vote put off", "The Paper")
        assert (article.byline, article.abstract) == (("Jane Roe", "John Doe"), "Nobody will pay")
        assert (article.url, str(article.published)) == ("https://paper.example/a", "2024-03-05T07:10:00Z")
        assert article.body == "The council met on Tuesday …"


NINJS: dict[str, Any] = {
    "uri": "urn:x:1",
    "type": "text",
    "versioncreated": "2019-06-05T11:40:00+02:00",
    "firstcreated": "2019-06-05T10:00:00+02:00",
    "pubstatus": "usable",
    "infosource": [{"name": "NCW"}],
    "language": "nb-NO",
    "byline": "By Joren Pike",
    "located": "Sarnholt",
    "headline": "Eleven ships unloaded",
    "description_text": "One third can be sold.",
    "body_xhtml": "<p>SARNHOLT (NCW) — The first crane moved.</p><p>It was late.</p>",
    "person": [{"name": "Piet Aldous", "rel": "mentions"}],
    "place": [],
    "subject": [{"code": "medtop:1", "name": "strike"}],
    "associations": {
        "main": {"type": "picture", "description_text": "Crates on the quay.", "byline": "Kofi Brandal"},
        "other": {"type": "text", "headline": "Another story", "description_text": "Not a caption."},
    },
}


class TestNinjs:
    def test_all_its_fields_are_read(self) -> None:
        article = read(NINJS)
        assert (article.id, article.source, article.language, article.type) == ("ninjs:urn:x:1", "NCW", "nb", "text")
        assert (article.title, article.abstract) == ("Eleven ships unloaded", "One third can be sold.")
        assert (article.byline, article.dateline) == (("Joren Pike",), "Sarnholt")
        assert (str(article.published), str(article.modified)) == (
            "2019-06-05T10:00:00+02:00",
            "2019-06-05T11:40:00+02:00",
        )
        assert article.body == "The first crane moved.\n\nIt was late."
        assert article.people == ("Piet Aldous",)
        assert article.captions == (Caption("Crates on the quay.", "Kofi Brandal"),)

    def test_an_empty_list_of_places_is_an_answer_and_codes_are_kept(self) -> None:
        article = read(NINJS)
        assert article.places == ()
        assert "places" in article.provenance
        assert article.provenance["keywords"].rejected == ("medtop:1",)

    def test_the_later_version_of_the_standard_is_read_too(self) -> None:
        article = read(
            {
                "uri": "urn:x:2",
                "versionCreated": "2022-12-13T17:02:00+01:00",
                "by": "Asta Nylund",
                "headlines": [{"role": "short", "value": "Budget"}, {"role": "main", "value": "The price of bread"}],
                "bodies": [
                    {"role": "text", "contentType": "text/plain", "value": "plain"},
                    {"role": "main", "contentType": "text/html", "value": "<p>One.</p><h2>Two</h2><p>Three.</p>"},
                ],
                "people": [{"name": "Della Marchetti"}],
                "associations": [
                    {"type": "picture", "by": "X", "descriptions": [{"role": "caption", "value": "A loaf."}]}
                ],
            }
        )
        assert (article.title, article.byline) == ("The price of bread", ("Asta Nylund",))
        assert (article.body, article.headings) == ("One.\n\nThree.", ("Two",))
        assert article.captions == (Caption("A loaf.", "X"),)

    def test_a_picture_by_itself_is_an_article_with_a_caption(self) -> None:
        record = {
            "uri": "urn:x:3",
            "versioncreated": "2019-01-01",
            "type": "picture",
            "headline": "The quay",
            "description_text": "Crates on the quay.",
            "byline": "Kofi Brandal",
        }
        article = read(record)
        assert (article.title, article.body) == ("The quay", "")
        assert article.captions == (Caption("Crates on the quay.", "Kofi Brandal"),)

    @pytest.mark.parametrize("status", ["canceled", "withheld"])
    def test_a_cancelled_item_is_taken_back_with_its_version_even_when_it_is_empty(self, status: str) -> None:
        for record in ({**NINJS, "version": "3"}, {"uri": "urn:x:1", "versioncreated": "2019-06-05", "version": "3"}):
            found = read_record({**record, "pubstatus": status})
            assert isinstance(found, TakenBack)
            assert (found.article.id, found.article.version) == ("ninjs:urn:x:1", 3)
            assert found.reason.startswith("it is marked as ")

    def test_an_embargo_lasts_until_its_moment_and_without_one_is_refused(self) -> None:
        found = read_record({**NINJS, "embargoed": "2019-06-06T06:00:00+02:00"})
        assert isinstance(found, Embargoed)
        assert found.until == datetime(2019, 6, 6, 4, tzinfo=UTC)
        with pytest.raises(ArticleRejected, match="without saying until when"):
            read_record({**NINJS, "embargoed": "soon"})

    def test_status_and_version_are_no_fields_with_a_provenance(self) -> None:
        article = read({**NINJS, "version": 7, "embargoed": None})
        assert article.version == 7
        assert not {"status", "version", "embargoed"} & article.provenance.keys()


class TestJsonLd:
    def test_a_graph_gives_its_articles_with_their_references(self) -> None:
        graph = {
            "@context": "https://schema.org",
            "@graph": [
                {
                    "@type": "NewsArticle",
                    "headline": "One",
                    "articleBody": "First.\n\nSecond.",
                    "author": {"@id": "#j"},
                    "image": {"@type": "ImageObject", "caption": "A bridge.", "creditText": "X"},
                    "keywords": "a, b",
                    "mentions": {"@type": "Person", "name": "Wim Carrow"},
                },
                {"@type": "Person", "@id": "#j", "name": "Jane Roe"},
                {"@type": "WebPage", "name": "A page"},
            ],
        }
        article = read(graph)
        assert (article.title, article.byline, article.body) == ("One", ("Jane Roe",), "First.\n\nSecond.")
        assert (article.captions, article.keywords) == ((Caption("A bridge.", "X"),), ("a", "b"))
        assert (article.people, article.type) == (("Wim Carrow",), "NewsArticle")

    def test_an_organisation_as_author_is_credited(self) -> None:
        record = {
            "@context": "x",
            "@type": "NewsArticle",
            "headline": "One",
            "author": {"@type": "Organization", "name": "NCW"},
        }
        article = read(record)
        assert (article.byline, article.credits) == ((), ("NCW",))

    def test_what_is_no_article_is_rejected_by_its_type(self) -> None:
        with pytest.raises(ArticleRejected, match="of type Person"):
            read_record({"@context": "https://schema.org", "@type": "Person", "name": "Jane Roe"})


class TestAnyOther:
    @pytest.mark.parametrize("title", ["title", "headline", "Heading", "name"])
    @pytest.mark.parametrize("text", ["text", "body", "content", "article_body", "fullText", "maintext"])
    def test_common_keys_are_understood(self, title: str, text: str) -> None:
        article = read({title: "One", text: "The text.", "x_foreign": 1})
        assert (article.title, article.body) == ("One", "The text.")

    @pytest.mark.parametrize(
        "key", ["date", "published", "publish_date", "pub_date", "publishedAt", "datePublished", "timestamp"]
    )
    def test_so_are_keys_of_dates(self, key: str) -> None:
        assert str(read({"headline": "One", key: "2024-03-05T07:10:00Z"}).published) == "2024-03-05T07:10:00Z"

    @pytest.mark.parametrize(
        "author",
        [
            "Jane Roe",
            ["Jane Roe"],
            {"name": "Jane Roe"},
            [{"name": "Jane Roe"}],
            {"first_name": "Jane", "last_name": "Roe"},
        ],
    )
    def test_so_are_authors_in_many_shapes(self, author: object) -> None:
        assert read({"headline": "One", "author": author}).byline == ("Jane Roe",)

    def test_html_in_a_value_becomes_text_with_headings_and_captions_apart(self) -> None:
        figure = "<figure><img><figcaption>A bridge. (Photo: Kofi Brandal)</figcaption></figure>"
        article = read({"headline": "T", "text": f"<p>One &amp; two.</p><h2>Three</h2>{figure}<p>Four.</p>"})
        assert (article.body, article.headings) == ("One & two.\n\nFour.", ("Three",))
        assert article.captions == (Caption("A bridge.", "Kofi Brandal"),)

    def test_plain_text_keeps_its_paragraphs(self) -> None:
        assert read({"headline": "T", "text": "One.\n\nTwo."}).body == "One.\n\nTwo."

    def test_text_that_mentions_tags_is_not_html(self) -> None:
        assert read({"headline": "T", "text": "Write <script> and a < b."}).body == "Write <script> and a < b."

    def test_a_title_that_the_text_repeats_is_not_in_the_body(self) -> None:
        assert read({"headline": "The title", "text": "The Title\n\nThe text."}).body == "The text."

    def test_a_date_that_cannot_be_read_is_remembered(self) -> None:
        article = read({"headline": "T", "date": "05/06/2021"})
        assert article.published is None
        assert article.provenance["published"].rejected == ("05/06/2021",)
        assert article.provenance["published"].confidence == 0

    def test_html_beyond_the_limits_costs_its_record(self) -> None:
        found = list(
            FORMAT.parse(io.BytesIO(json.dumps([{"title": "T", "html": "<p>x" * 70_000}]).encode()), Origin("a"))
        )
        assert "60,000 tags" in found[0].reason  # type: ignore[union-attr]

    def test_a_json_feed_is_a_wrapper(self) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Feed",
            "items": [
                {
                    "id": "1",
                    "url": "https://f.example/1",
                    "title": "One",
                    "content_html": "<p>Text.</p>",
                    "tags": ["a"],
                    "date_published": "2019-10-12T07:20:50Z",
                    "authors": [{"name": "Jane Roe"}],
                }
            ],
        }
        article = read(feed)
        assert (article.title, article.body, article.keywords, article.byline) == (
            "One",
            "Text.",
            ("a",),
            ("Jane Roe",),
        )
        assert article.id == ""


def test_a_precision_that_is_no_text_is_none() -> None:
    article = read({"publishedPrecision": [], "title": "T", "published": "2020-01-01"})
    assert str(article.published) == "2020-01-01"


def test_items_of_a_json_feed_know_what_the_feed_says_of_all() -> None:
    article = read(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "The Paper",
            "language": "de",
            "authors": [{"name": "Jane Roe"}],
            "items": [{"id": "1", "url": "https://a.example/1", "title": "T", "content_html": "<p>Text.</p>"}],
        }
    )
    assert (article.source, article.language, article.byline) == ("The Paper", "de", ("Jane Roe",))
    assert (article.url, article.body) == ("https://a.example/1", "Text.")
