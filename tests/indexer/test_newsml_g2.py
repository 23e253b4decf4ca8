"""NewsML-G2 items and messages of them become articles; what belongs together in a message is put together."""

from __future__ import annotations

import io
from base64 import b64encode
from datetime import UTC, datetime
from html import escape

import pytest

from index.article import Article, Caption, Origin
from indexer.format import Embargoed, Found, Rejected, TakenBack
from indexer.formats.newsml_g2 import FORMAT

NITF = "<nitf><body><body.content><p>One.</p></body.content></body></nitf>"
NAMESPACE = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'


def item(
    guid: str = "urn:newsml:ncw.example:20240101:a",
    kind: str = "text",
    *,
    meta: str = "",
    content: str = "<headline>Title</headline>",
    inside: str = "",
    tag: str = "newsItem",
    attributes: str = 'version="1" xml:lang="en"',
) -> str:
    return (
        f'<{tag} guid="{guid}" {attributes}><itemMeta><itemClass qcode="ninat:{kind}"/>{meta}</itemMeta>'
        f"<contentMeta>{content}</contentMeta>{inside}</{tag}>"
    )


def message(*items: str) -> str:
    return f"<newsMessage {NAMESPACE}><itemSet>{''.join(items)}</itemSet></newsMessage>"


def parse(text: str) -> list[Found]:
    return list(FORMAT.parse(io.BytesIO(text.encode()), Origin("a.xml")))


def only(text: str) -> Article:
    (found,) = parse(text)
    assert isinstance(found, Article)
    return found


def with_text(markup: str, kind: str = "application/xhtml+xml", tag: str = "inlineXML", more: str = "") -> str:
    return f'<contentSet><{tag} contenttype="{kind}" {more}>{markup}</{tag}></contentSet>'


@pytest.mark.parametrize(
    "head",
    [
        b"<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/'>",
        b"<?xml version='1.0'?><!-- c --><g2:newsMessage xmlns:g2='http://iptc.org/std/nar/2006-10-01/'>",
        b"\xef\xbb\xbf\n<packageItem>",
        b"<planningItem>",
    ],
)
def test_it_is_known_by_its_root_in_whatever_namespace(head: bytes) -> None:
    assert FORMAT.sniff(head, "a.txt") == 1.0


@pytest.mark.parametrize("head", [b"", b"<NewsML>", b"<nitf>", b"{}", b"<rss>", b"<newsItems>"])
def test_other_inputs_are_not_its_own(head: bytes) -> None:
    assert FORMAT.sniff(head, "newsItem.xml") == 0.0


class TestIdentity:
    def test_versions_share_the_guid(self) -> None:
        article = only(item(attributes='version="12"'))
        assert (article.id, article.version) == ("newsml:urn:newsml:ncw.example:20240101:a", 12)

    def test_a_revision_at_the_end_of_a_urn_is_not_part_of_it(self) -> None:
        assert only(item("urn:newsml:ncw.example:20240101:a:7")).id == "newsml:urn:newsml:ncw.example:20240101:a"

    def test_a_guid_that_is_an_address_is_the_address_too(self) -> None:
        assert only(item("https://ncw.example/a")).url == "https://ncw.example/a"

    @pytest.mark.parametrize("version", ["", "x", "-1", "9" * 17, "9" * 16])
    def test_what_is_no_number_is_no_version(self, version: str) -> None:
        assert only(item(attributes=f'version="{version}"')).version == 0

    def test_items_of_a_message_are_numbered(self) -> None:
        assert [getattr(found, "origin", None) for found in parse(message(item("a"), item("b")))] == [
            Origin("a.xml", "", 1),
            Origin("a.xml", "", 2),
        ]


class TestStatus:
    @pytest.mark.parametrize(
        "code", ['qcode="stat:canceled"', 'uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"']
    )
    def test_a_cancelled_item_is_taken_back_with_its_version_even_when_it_is_empty(self, code: str) -> None:
        (found,) = parse(
            item("g", meta=f"<pubStatus {code}/><edNote>Wrong</edNote>", content="", attributes='version="3"')
        )
        assert isinstance(found, TakenBack)
        assert (found.article.id, found.article.version) == ("newsml:g", 3)
        assert found.reason == "it is marked as cancelled: Wrong"

    def test_a_withheld_item_is_taken_back_until_a_later_version(self) -> None:
        (found,) = parse(item(meta='<pubStatus qcode="stat:withheld"/>'))
        assert isinstance(found, TakenBack)
        assert "withheld until further notice" in found.reason

    def test_an_embargo_lasts_until_its_moment(self) -> None:
        (found,) = parse(item(meta="<embargoed>2024-01-01T06:00:00+01:00</embargoed>"))
        assert isinstance(found, Embargoed)
        assert found.until == datetime(2024, 1, 1, 5, tzinfo=UTC)

    @pytest.mark.parametrize("moment", ["", "when it is told"])
    def test_an_embargo_without_a_moment_is_refused(self, moment: str) -> None:
        (found,) = parse(item(meta=f'<embargoed>{moment}</embargoed><pubStatus qcode="stat:usable"/>'))
        assert isinstance(found, Rejected)
        assert "without saying until when" in found.reason

    @pytest.mark.parametrize(
        ("tag", "words"),
        [
            ("conceptItem", "a concept, not an article"),
            ("knowledgeItem", "a list of concepts, not an article"),
            ("planningItem", "a plan of coverage, not an article"),
            ("catalogItem", "a catalogue of codes, not an article"),
        ],
    )
    def test_items_that_are_no_articles_say_so(self, tag: str, words: str) -> None:
        (found,) = parse(item(tag=tag))
        assert isinstance(found, Rejected)
        assert found.reason == f"{words} ({tag})"


class TestFields:
    def test_names_are_read_in_the_items_language_with_their_codes_kept(self) -> None:
        subjects = (
            '<subject type="cpnat:person" qcode="p:1"><name>Ingrid Solvane</name></subject>'
            '<subject type="cpnat:geoArea" qcode="g:2">'
            '<name xml:lang="de">Nordsee</name><name xml:lang="en">North Sea</name></subject>'
            '<subject type="cpnat:geoArea" qcode="iso3166-1a2:DE"/><subject type="cptType:5" qcode="N2:FR"/>'
            '<subject type="cpnat:organisation" literal="Halmark Rail"/>'
            '<subject type="cpnat:organisation" literal="org42"/>'
            '<subject qcode="medtop:15000000"/><subject qcode="subj:04016014"/><subject qcode="x:20000822"/>'
            '<subject qcode="ncwdesk:7"><name>Sport</name></subject><keyword>cup</keyword><keyword>Sport</keyword>'
        )
        article = only(item(content=f"<headline>T</headline>{subjects}"))
        assert article.people == ("Ingrid Solvane",)
        assert article.places == ("North Sea", "Germany", "France")
        assert article.organisations == ("Halmark Rail",)
        assert article.keywords == ("Sport", "Company information", "cup")
        assert article.section == "Sport"
        assert article.provenance["places"].rejected == ("g:2", "iso3166-1a2:DE", "N2:FR")
        assert article.provenance["keywords"].method == "newsml-g2:subject"

    def test_what_is_there_and_empty_was_supplied(self) -> None:
        empty = '<headline>T</headline><by/><dateline/><subject type="cpnat:person"/>'
        text = with_text("<html><body><p>OSLO, May 4 (NCW) — Tomas Harrick came.</p></body></html>")
        article = only(item(content=empty, inside=text))
        assert {"byline", "dateline", "people"} <= article.provenance.keys()
        assert (article.byline, article.dateline, article.people) == ((), None, ())
        assert "places" not in article.provenance

    def test_what_the_item_asserts_of_a_concept_names_it(self) -> None:
        meta = "<headline>T</headline><located literal='poi'/><subject type='cpnat:person' qcode='p:1'/>"
        asserted = (
            "<assert literal='poi'><POIDetails><address><locality><name>Tarvik</name></locality></address></POIDetails>"
            "</assert><assert qcode='p:1'><name>Rhoda Bellamy</name></assert>"
        )
        article = only(item(content=meta, inside=asserted))
        assert (article.dateline, article.people) == ("Tarvik", ("Rhoda Bellamy",))
        assert only(item(content=meta)).dateline is None

    def test_the_texts_dateline_goes_before_the_place_of_the_desk(self) -> None:
        text = with_text("<html><body><p>OSLO, May 4 (NCW) — It rained.</p></body></html>")
        located = "<headline>T</headline><located><name>Bergen</name></located>"
        article = only(item(content=located, inside=text))
        assert (article.dateline, article.body) == ("OSLO", "It rained.")
        assert only(item(content=located)).dateline == "Bergen"
        told = "<headline>T</headline><dateline>2024-05-04 00:24:11 GMT</dateline>"
        assert only(item(content=told, inside=text)).dateline == "OSLO"

    def test_a_dateline_of_another_place_stays_in_the_text(self) -> None:
        text = with_text("<html><body><p>OSLO, May 4 (NCW) — It rained.</p></body></html>")
        article = only(item(content="<headline>T</headline><dateline>Bergen</dateline>", inside=text))
        assert (article.dateline, article.body) == ("Bergen", "OSLO, May 4 (NCW) — It rained.")

    def test_the_dates_of_a_text_are_its_first_version_and_this_one(self) -> None:
        dates = (
            "<firstCreated>2024-01-01T08:00:00+01:00</firstCreated>"
            "<versionCreated>2024-01-01T09:00:00+01:00</versionCreated>"
        )
        article = only(item(meta=dates))
        assert (str(article.published), str(article.modified)) == (
            "2024-01-01T08:00:00+01:00",
            "2024-01-01T09:00:00+01:00",
        )

    def test_a_picture_is_published_when_it_is_sent_not_when_it_was_taken(self) -> None:
        taken = "<contentCreated>1990-01-01</contentCreated><headline>T</headline>"
        sent = "<versionCreated>2024-01-01T09:00:00+01:00</versionCreated>"
        assert str(only(item(kind="picture", meta=sent, content=taken)).published) == "2024-01-01T09:00:00+01:00"

    def test_headlines_come_by_rank_and_those_under_them_are_headings(self) -> None:
        lines = (
            '<headline rank="3">Floods</headline><headline rank="1">The weir gave way</headline>'
            '<headline role="x:subtitle">At night</headline>'
        )
        article = only(item(content=lines))
        assert (article.title, article.headings) == ("The weir gave way", ("Floods", "At night"))

    @pytest.mark.parametrize(
        ("rights", "provider", "source"),
        [
            ("<copyrightHolder><name>C</name></copyrightHolder>", '<provider qcode="nprov:NCW"/>', "C"),
            ("", '<provider qcode="nprov:NCW"/>', "NCW"),
            ("", '<provider literal="ncw.example"/>', "ncw.example"),
            ("<copyrightHolder><name>C</name></copyrightHolder>", "<provider><name>P</name></provider>", "P"),
            ("", "", None),
        ],
    )
    def test_the_source_is_who_provides_it_by_name_if_there_is_one(
        self, rights: str, provider: str, source: str | None
    ) -> None:
        assert only(item(meta=provider, inside=f"<rightsInfo>{rights}</rightsInfo>")).source == source

    def test_creators_sign_where_no_byline_does(self) -> None:
        creators = (
            "<creator><name>dw</name></creator><creator><name>Asta Nylund</name></creator>"
            "<creator><name>Halmark Post, Inc.</name></creator>"
        )
        article = only(item(content=f"<headline>T</headline>{creators}"))
        assert (article.byline, article.credits) == (("Asta Nylund",), ("Halmark Post, Inc.",))
        assert only(item(content=f"<headline>T</headline>{creators}<by>By JOREN PIKE</by>")).byline == ("Joren Pike",)
        nobody = "<headline>T</headline><infoSource literal='No-Data-Available'/><creditline>NCW</creditline>"
        assert only(item(content=nobody)).credits == ("NCW",)


class TestContent:
    def test_the_best_of_several_renditions_is_read(self) -> None:
        plain = '<inlineData contenttype="text/plain">Plain.</inlineData>'
        nitf = (
            '<inlineXML contenttype="application/nitf+xml"><nitf><body><body.content>'
            "<p>NITF.</p></body.content></body></nitf></inlineXML>"
        )
        html = '<inlineXML contenttype="application/xhtml+xml"><html><body><p>XHTML.</p></body></html></inlineXML>'
        for renditions, best in (((plain, html, nitf), "NITF."), ((plain, html), "XHTML."), ((plain,), "Plain.")):
            assert only(item(inside=f"<contentSet>{''.join(renditions)}</contentSet>")).body == best
        empty = nitf.replace("NITF.", "")
        assert only(item(inside=f"<contentSet>{empty}{html}</contentSet>")).body == "XHTML."

    @pytest.mark.parametrize(
        ("content", "body"),
        [
            (with_text("<![CDATA[<p>1 &amp; 2.</p><p>3.</p>]]>", "text/html", "inlineData"), "1 & 2.\n\n3."),
            (with_text("One.\n\nTwo.", "text/plain", "inlineData"), "One.\n\nTwo."),
            (with_text(b64encode(b"One.").decode(), "text/plain", "inlineData", 'encoding="enc:base64"'), "One."),
            (with_text(escape(NITF), "application/nitf+xml", "inlineData"), "One."),
            (with_text("/9j/4AAQ", "image/jpeg", "inlineData", 'encoding="base64"'), ""),
            (with_text("<sports-content><title>1:0</title></sports-content>", "application/sportsml+xml"), ""),
            (with_text("<events><event><name>x</name></event></events>", "application/xml"), ""),
            ('<contentSet><remoteContent contenttype="text/html" href="a.html"/></contentSet>', ""),
            ("", ""),
        ],
    )  # fmt: skip
    def test_a_text_is_read_however_it_was_put_in(self, content: str, body: str) -> None:
        assert only(item(inside=content)).body == body

    def test_broken_base64_costs_the_item(self) -> None:
        found = parse(
            message(item("a", inside=with_text("A", "text/plain", "inlineData", 'encoding="base64"')), item("b"))
        )
        assert [type(one) for one in found] == [Rejected, Article]
        assert isinstance(found[0], Rejected)
        assert "in Base64 and is not" in found[0].reason

    def test_a_header_repeats_the_metadata(self) -> None:
        header = (
            "<header><time>5 May</time><ul><li>Sport</li></ul>"
            "<p class='byline'>Von Asta Nylund</p><h1>Title</h1><h3>Over</h3></header>"
        )
        article = only(item(inside=with_text(f"<html><body>{header}<p>Text.</p></body></html>")))
        assert (article.body, article.headings) == ("Text.", ("Over",))

    def test_an_item_without_a_word_says_what_it_has(self) -> None:
        (found,) = parse(item(content="", inside='<contentSet><remoteContent contenttype="audio/mpeg"/></contentSet>'))
        assert found == Rejected(
            Origin("a.xml"), "the newsItem has neither a headline nor a text; its content is audio/mpeg"
        )

    def test_a_message_of_nothing_is_refused(self) -> None:
        with pytest.raises(Exception, match="<newsMessage> holds no item"):
            parse(message())


PICTURE = (
    '<headline>A picture</headline><creditline>NCW</creditline><description role="drol:caption">The weir.</description>'
)


def package(*groups: str, headline: str = "") -> str:
    inside = "".join(f'<group id="g{number}">{refs}</group>' for number, refs in enumerate(groups))
    return item(
        "p", "composite", tag="packageItem", content=headline, inside=f'<groupSet root="g0">{inside}</groupSet>'
    )


def refer(guid: str, kind: str, more: str = "") -> str:
    return f'<itemRef residref="{guid}"><itemClass qcode="ninat:{kind}"/>{more}</itemRef>'


class TestMessages:
    def test_a_picture_has_its_caption_and_who_made_it(self) -> None:
        maker = (
            '<creator role="crol:photographer"><name>Kofi Brandal</name></creator>'
            "<creator><name>Ed Itor</name></creator>"
        )
        article = only(item(kind="picture", content=PICTURE + maker))
        assert article.captions == (Caption("The weir.", "Kofi Brandal / NCW"),)
        assert (article.byline, article.abstract, article.type) == ((), None, "picture")

    def test_a_package_gives_a_text_its_pictures_and_nothing_else(self) -> None:
        text, picture = item("t"), item("i", "picture", content=PICTURE)
        for groups in ((refer("t", "text") + refer("i", "picture"),), (refer("t", "text"), refer("i", "picture"))):
            for order in ((package(*groups), text, picture), (picture, text, package(*groups))):
                found = parse(message(*order))
                assert [
                    one.id
                    for one in found
                    if isinstance(one, Article) and one.captions == (Caption("The weir.", "NCW"),)
                ] in (
                    ["newsml:t", "newsml:i"],
                    ["newsml:i", "newsml:t"],
                )
                assert len(found) == 2

    def test_a_link_gives_a_text_its_picture(self) -> None:
        text = item("t", meta='<link rel="irel:seeAlso" residref="i"/>')
        found = parse(message(text, item("i", "picture", content=PICTURE)))
        assert isinstance(found[0], Article)
        assert found[0].captions == (Caption("The weir.", "NCW"),)

    def test_a_picture_that_may_not_be_seen_lends_its_caption_to_no_text(self) -> None:
        group = refer("t", "text") + refer("i", "picture")
        for meta in ('<pubStatus qcode="stat:canceled"/>', "<embargoed>2099-01-01T00:00:00Z</embargoed>"):
            found = parse(message(package(group), item("t"), item("i", "picture", meta=meta, content=PICTURE)))
            assert isinstance(found[0], Article)
            assert found[0].captions == ()

    def test_text_and_picture_under_one_embargo_go_together(self) -> None:
        meta = "<embargoed>2099-01-01T00:00:00Z</embargoed>"
        group = refer("t", "text") + refer("i", "picture")
        found = parse(message(package(group), item("t", meta=meta), item("i", "picture", meta=meta, content=PICTURE)))
        assert isinstance(found[0], Embargoed)
        assert found[0].article.captions == (Caption("The weir.", "NCW"),)

    def test_a_package_alone_is_an_article_when_it_has_a_headline(self) -> None:
        described = refer("t", "text") + refer(
            "i", "picture", "<description>The weir. (Photo: Kofi Brandal)</description>"
        )
        article = only(package(described, headline="<headline>All about the flood</headline>"))
        assert (article.title, article.type) == ("All about the flood", "composite")
        assert article.captions == (Caption("The weir.", "Kofi Brandal"),)
        (found,) = parse(package(described))
        assert isinstance(found, Rejected)
        assert found.reason.startswith("a package without a headline or a text of its own, which only names 2 items")

    def test_what_was_whole_before_a_fault_is_kept(self) -> None:
        found = FORMAT.parse(io.BytesIO(message(item("a"), item("b")).encode()[:-60]), Origin("a.xml"))
        assert isinstance(next(found), Article)
        with pytest.raises(Exception, match="what follows is lost"):
            list(found)

    def test_a_package_of_many_thousands_takes_little_time(self) -> None:
        refs = refer("t", "text") * 20_000 + refer("i", "picture") * 20_000
        assert len(parse(message(package(refs), item("t"), item("i", "picture", content=PICTURE)))) == 2
