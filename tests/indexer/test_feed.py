"""Items of feeds become articles, broken feeds give what can be read of them, and hostile ones cost one line."""

from __future__ import annotations

import io

import pytest
from hostile import in_bounded_time

from index.article import Article, Caption, Origin
from index.errors import ArticleRejected
from indexer.format import Found, Rejected, TakenBack
from indexer.formats.feed import FORMAT, LARGEST_BROKEN, MOST_TAGS

ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">%b</feed>'


def parse(data: bytes) -> list[Found]:
    return list(FORMAT.parse(io.BytesIO(data), Origin("feed.xml")))


def rss(item: str, channel: str = "<title>The Paper</title>") -> bytes:
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel>{channel}<item>{item}</item></channel></rss>"
    ).encode()


def only(data: bytes) -> Article:
    (found,) = parse(data)
    assert isinstance(found, Article)
    return found


def test_a_long_description_is_the_text_and_a_short_or_cut_one_the_abstract() -> None:
    whole = "The harbour was closed for two hours. " * 20
    assert only(rss(f"<title>T</title><description>{whole}</description>")).body == whole.strip()
    assert only(rss("<title>T</title><description>Two hours.</description>")).abstract == "Two hours."
    cut = only(rss(f"<title>T</title><description>{whole}...</description>"))
    assert (cut.body, bool(cut.abstract)) == ("", True)


def test_an_item_without_a_title_has_its_description_as_text() -> None:
    assert only(rss("<description>Short note.</description>")).body == "Short note."


def test_a_summary_cut_from_the_start_of_the_text_is_no_abstract() -> None:
    text = "<content:encoded>SARNHOLT, May 2 (NCW) - The ferry sails. It is late.</content:encoded>"
    assert only(rss(f"<title>T</title><description>The ferry sails. It…</description>{text}")).abstract is None


def test_captions_and_credits_of_media_rss_are_no_text() -> None:
    pictures = (
        '<media:content url="a.jpg" medium="image"><media:description>The quay.</media:description>'
        "<media:credit>Kofi Brandal</media:credit></media:content>"
        '<media:content url="a.mp4" medium="video"><media:description>A film.</media:description></media:content>'
    )
    article = only(rss(f"<title>T</title>{pictures}<description>Short.</description>"))
    assert article.captions == (Caption("The quay.", "Kofi Brandal"),)
    assert (article.body, article.abstract) == ("", "Short.")
    beside = "<media:thumbnail url='a.jpg'/><media:credit>Kofi Brandal</media:credit>"
    assert only(rss(f"<title>T</title>{beside}")).captions == (Caption("", "Kofi Brandal"),)


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ("<author>desk@paper.example (Jane Roe)</author>", ("Jane Roe",)),
        ("<dc:creator>Jane Roe and John Doe</dc:creator>", ("Jane Roe", "John Doe")),
        ("<author>desk@paper.example</author>", ()),
    ],
)
def test_the_author_is_a_name_and_no_address(author: str, byline: tuple[str, ...]) -> None:
    assert only(rss(f"<title>T</title>{author}")).byline == byline


def test_the_address_is_the_items_link_and_identifies_it_unless_atom_has_a_lasting_id() -> None:
    item = "<title>T</title><link>https://a.example/1?utm_source=rss</link><guid isPermaLink='false'>tag:a,1</guid>"
    article = only(rss(item))
    assert (article.url, article.id) == ("https://a.example/1", "")
    entry = b"<entry><id>tag:a,2024:1</id><title>T</title><link href='https://a.example/1'/></entry>"
    assert only(ATOM % entry).id == "feed:tag:a,2024:1"


def test_the_description_of_a_film_is_no_caption() -> None:
    film = (
        "<media:group><media:content url='a' type='video/mp4'/><media:thumbnail url='b'/>"
        "<media:description>What the film shows.</media:description></media:group>"
    )
    assert only(rss(f"<title>T</title>{film}")).captions == ()


def test_relative_addresses_are_read_by_the_base() -> None:
    entry = b"<entry xml:base='https://a.example/b/'><title>T</title><link href='../c'/></entry>"
    assert only(ATOM % entry).url == "https://a.example/c"


def test_a_deleted_entry_takes_its_article_back() -> None:
    (found,) = parse(ATOM % b'<at:deleted-entry ref="tag:a,2024:1" when="2024-06-19T07:10:00Z"/>')
    assert isinstance(found, TakenBack)
    assert found.article.id == "feed:tag:a,2024:1"
    assert str(found.article.modified) == "2024-06-19T07:10:00Z"
    (found,) = parse(ATOM % b'<at:deleted-entry ref="https://a.example/1" when="2024-06-19"/>')
    assert isinstance(found, TakenBack)
    assert (found.article.id, found.article.url) == ("", "https://a.example/1")


def test_a_single_entry_is_a_feed_of_one() -> None:
    entry = b'<entry xmlns="http://www.w3.org/2005/Atom"><title>T</title></entry>'
    assert FORMAT.sniff(entry, "") > 0.9
    assert only(entry).title == "T"


def test_a_feed_that_ends_early_gives_its_last_text_and_says_so() -> None:
    found = parse(rss("<title>One</title><description>Text that is cut")[: -len("</item></channel></rss>")])
    assert isinstance(found[0], Article)
    assert found[0].abstract == "Text that is cut"
    assert isinstance(found[1], Rejected)
    assert "ends early" in found[1].reason


def test_a_feed_that_is_no_xml_is_read_with_less_confidence() -> None:
    article = only(rss("<title>Fish &amp; chips</title><description>Salt & vinegar&nbsp;only</description>"))
    assert article.abstract == "Salt & vinegar only"
    assert article.provenance["title"].confidence < 1
    assert "broken XML" in article.provenance["title"].rejected[0]


@pytest.mark.parametrize(
    "data", [rss(""), rss("<link>http://a.example/</link>"), b"<rss version='2.0'><channel/></rss>", b"<rss><chan"]
)
def test_nothing_to_read_is_a_reason(data: bytes) -> None:
    try:
        found = parse(data)
    except ArticleRejected as rejection:
        assert "items" in rejection.reason  # noqa: PT017  # either is right, and nothing else
    else:
        assert all(isinstance(one, Rejected) for one in found)


def test_entities_of_its_own_are_refused_however_they_are_hidden() -> None:
    bomb = b'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + rss("<title>&b;</title>")
    with pytest.raises(ArticleRejected, match="declares entities"):
        parse(bomb)
    article = only(b"text before it " + bomb)
    assert "aaaa" not in str(article.title)


@pytest.mark.parametrize(
    "filling",
    [
        "<x>",
        "<title>",
        "<item>",
        "<a ",
        "<a/>",
        "<a x='",
        "&",
        "&#x41",
        "<!",
        "</",
        "<![CDATA[",
        "<!--",
        "<media:title>",
    ],
)
@pytest.mark.parametrize("closed", [True, False])
def test_a_feed_of_nonsense_takes_bounded_time(filling: str, *, closed: bool) -> None:
    size = min(LARGEST_BROKEN - 1_000, 9_000 * len(filling) if "<" in filling else 90_000 * len(filling))
    data = rss("<title>T</title>" + filling * (size // len(filling)))
    with in_bounded_time():
        parse(data if closed else data[:-22])


@pytest.mark.parametrize(
    "item",
    [
        "<x>" * 200_000 + "</x>" * 200_000,
        "<x " + " ".join(f"a{number}='b'" for number in range(100_000)) + "/>",
        "<description>" + "&lt;div&gt;" * 200_000 + "</description>",
        "<title>t</title></item><item>" * (MOST_TAGS // 2),
        "<title>" + "a" * 10_000_000 + "</title>",
        "<title>" + "&" * 1_000_000,
    ],
    ids=["nested", "attributes", "nested HTML", "items", "large", "broken"],
)
def test_a_feed_beyond_the_limits_costs_one_line(item: str) -> None:
    with in_bounded_time():
        try:
            found = parse(rss(item))
        except ArticleRejected:
            return
        assert len(found) == 1
        assert isinstance(found[0], Rejected)
