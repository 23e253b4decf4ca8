"""Pages of a wiki's export become articles in bounded memory, and their markup becomes text."""

from __future__ import annotations

import io

import pytest
from hostile import endless, in_bounded_time
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, Caption, Origin
from index.errors import ArticleRejected
from indexer.format import Rejected
from indexer.formats.mediawiki import FORMAT, LARGEST_PAGE
from indexer.formats.wikitext import Names, WikiText, read_wikitext

SITE = (
    '<mediawiki version="0.11" xml:lang="de"><siteinfo><sitename>Wiki</sitename>'
    "<base>https://wiki.example/wiki/Hauptseite</base><namespaces><namespace key='0'/>"
    "<namespace key='1'>Diskussion</namespace><namespace key='6'>Datei</namespace>"
    "<namespace key='14'>Kategorie</namespace><namespace key='500'>Benutzer Blog</namespace></namespaces></siteinfo>"
)


def page(
    text: str, *, title: str = "Titel", ns: str = "<ns>0</ns>", before: str = "", stamp: str = "2020-02-02"
) -> str:
    revision = f"<revision><id>2</id><parentid>1</parentid><timestamp>{stamp}T00:00:00Z</timestamp><text>{text}</text>"
    return f"<page><title>{title}</title>{ns}<id>7</id>{before}{revision}</revision></page>"


def parse(data: str | bytes) -> list[Article | Rejected]:
    encoded = data.encode() if isinstance(data, str) else data
    return list(FORMAT.parse(io.BytesIO(encoded), Origin("dump.xml")))


def only(data: str) -> Article:
    (found,) = parse(data)
    assert isinstance(found, Article)
    return found


def wikitext(text: str) -> WikiText:
    return read_wikitext(text, Names(["Datei"], ["Kategorie"], ["Datei", "Kategorie"]))


def body(text: str) -> str:
    return "\n\n".join(wikitext(text).paragraphs)


def test_a_page_is_an_article_with_an_address_and_the_wiki_as_its_source() -> None:
    article = only(SITE + page("Text.", title="Große Frage: Was?"))
    assert article.url == "https://wiki.example/wiki/Gro%C3%9Fe_Frage:_Was%3F"
    assert (article.source, article.language, article.body) == ("Wiki", "de", "Text.")
    assert (article.published, str(article.modified)) == (None, "2020-02-02T00:00:00Z")


def test_the_newest_revision_counts_and_the_first_says_when_the_page_was_made() -> None:
    old = "<revision><timestamp>2019-01-01T05:00:00Z</timestamp><text>Old.</text></revision>"
    article = only(SITE + page("New.", before=old))
    assert article.body == "New."
    assert str(article.published) == "2019-01-01T05:00:00Z"
    assert article.provenance["published"].confidence < 1


def test_what_is_no_article_is_counted_by_kind() -> None:
    pages = (
        page("#WEITERLEITUNG [[Titel]]") + page("Hm.", ns="<ns>1</ns>") + page("Hm.", ns="", title="Diskussion:Titel")
    )
    (rejected,) = parse(SITE + pages + "</mediawiki>")
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "of 3 pages of the wiki those that are no articles: 2 × Diskussion, 1 × redirect"


def test_a_blog_of_the_wiki_is_read() -> None:
    assert only(SITE + page("Post.", ns="<ns>500</ns>")).body == "Post."


def test_a_broken_page_costs_itself_alone() -> None:
    found = parse(SITE + page("<b>broken") + page("Whole.") + page("Cut off.")[:-7])
    assert [type(one) for one in found] == [Rejected, Article, Rejected]
    assert isinstance(found[2], Rejected)
    assert "incomplete" in found[2].reason


def test_an_export_in_utf_16_is_read() -> None:
    (article,) = parse((SITE + page("Größe.") + "</mediawiki>").encode("utf-16"))
    assert isinstance(article, Article)
    assert article.body == "Größe."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("'''Bold''' and ''italic''.", "Bold and italic."),
        ("[[Sarnholt]], [[Elow (river)|the Elow]], [[Old Mint|]].", "Sarnholt, the Elow, Old Mint."),
        ("A [http://a.example label] and [http://a.example] end.", "A label and end."),
        ("Text{{cite|a=[[b]]|{{c}}}}.<ref name=x>Note {{n}}</ref><ref name=y/>", "Text."),
        ("Aruba ({{pron|x}}; ) is.", "Aruba is."),
        ("{|\n! a\n|-\n| b {{c|}}\n|}\nAfter.", "After."),
        ("One\ntwo.\n\nThree.", "One two.\n\nThree."),
        ("* One\n* Two", "One\n\nTwo"),
        ("About {{convert|12|km|mi}} away, {{w|Jane Roe|she}} said.", "About 12 km away, she said."),
        ("<!-- no -->Yes<!-- never closed", "Yes"),
        ("<nowiki>[[as it is]]</nowiki> &amp;", "[[as it is]] &"),
        ("Line<br />break", "Line\n\nbreak"),
        ("{{unclosed text [[stays", "unclosed text stays"),
        ("closed}} too]]\n|} much", "closed too much"),
        ("[[de:Titel]][[:Datei:x.jpg|this file]]", "this file"),
        ("__NOTOC__Text", "Text"),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert " ".join(body(markup).split(" ")).replace("  ", " ") == text.replace("  ", " ")


def test_headings_captions_and_categories_stand_apart() -> None:
    found = wikitext(
        "[[Datei:a.jpg|mini|200px|Das [[Tor]]. (Foto: Jane Roe)]]\nText.\n== Danach ==\nMehr.\n=== Leer ===\n"
        "== Einzelnachweise ==\nNichts.\n=== Auch ===\nNichts.\n[[Kategorie:Bau|Tor]]\n"
        "<gallery>\nDatei:b.jpg|Ein Bild\n</gallery>"
    )
    assert found.paragraphs == ["Text.", "Mehr."]
    assert found.headings == ["Danach"]
    assert found.captions == [Caption("Ein Bild"), Caption("Das Tor.", "Jane Roe")]
    assert found.categories == ["Bau"]


@pytest.mark.parametrize(
    "filling",
    ["{{", "{{a|", "[[", "[[a|", "{|\n", "|}\n", "}}", "]]", "{{[[{|\n", "[[}}", "<ref>", "<ref a=>x", "<!--", "<a ",
     "'", "=", "==\n", "[http://", "[http://a ", " (", " .", "{{{", "<nowiki>[[</nowiki>", "[[File:a|b]]", "\n",
     "{{w|a=b|c}}"],
)  # fmt: skip
def test_markup_without_an_end_takes_bounded_time(filling: str) -> None:
    with in_bounded_time():
        wikitext("x " + filling * (1_000_000 // len(filling)))


@given(st.text(alphabet="{}[]|=<>'\n *#:a/!-", max_size=80))
def test_any_markup_is_text(markup: str) -> None:
    for paragraph in wikitext(markup).paragraphs:
        assert paragraph == paragraph.strip()


def test_a_page_of_200_megabytes_costs_itself_alone() -> None:
    stream = io.BytesIO((SITE + page("a " * 100_000_000) + page("Small.")).encode())
    with in_bounded_time():
        found = list(FORMAT.parse(stream, Origin("f")))
    assert [type(one) for one in found] == [Rejected, Article]
    assert isinstance(found[0], Rejected)
    assert f"{LARGEST_PAGE:,} bytes" in found[0].reason


@pytest.mark.parametrize(
    ("start", "filling"),
    [
        ("<mediawiki>", "<x>"),
        ("<mediawiki>", "<page "),
        ("<mediawiki>", "<siteinfo>"),
        (SITE + "<page>", "<revision><timestamp>2019-01-01T00:00:00Z</timestamp><text>old</text></revision>"),
        (SITE + "<page><title>a</title><revision>", "<y>"),
    ],
)
def test_an_export_without_an_end_takes_bounded_time(start: str, filling: str) -> None:
    with in_bounded_time():
        try:
            found = list(FORMAT.parse(endless(start.encode(), filling.encode()), Origin("f")))
        except ArticleRejected:
            return
    assert len(found) == 1
    assert isinstance(found[0], Rejected)
