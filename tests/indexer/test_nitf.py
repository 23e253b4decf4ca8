"""NITF documents become articles with every field that their markup has a place for."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest

from index.article import Article, Caption, Origin
from index.errors import ArticleRejected
from indexer.format import Embargoed, Found, Rejected, TakenBack
from indexer.formats.nitf import FORMAT


def document(
    docdata: str = "", *, head: str = "", top: str = "<hedline><hl1>Title</hl1></hedline>", body: str = ""
) -> str:
    return (
        f"<nitf><head><docdata>{docdata}</docdata>{head}</head>"
        f"<body><body.head>{top}</body.head><body.content>{body}</body.content></body></nitf>"
    )


def parse(text: str) -> list[Found]:
    return list(FORMAT.parse(io.BytesIO(text.encode()), Origin("a.xml")))


def only(*parts: Any, **more: Any) -> Article:
    (found,) = parse(document(*parts, **more))
    assert isinstance(found, Article)
    return found


@pytest.mark.parametrize(
    "head",
    [
        b"<nitf>",
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a comment -->\n<nitf version="x">',
        b'<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf.dtd" [<!ELEMENT nitf ANY>]><nitf>',
        b'  <n:nitf xmlns:n="http://iptc.org/std/NITF/2006-10-18/">',
        '<?xml version="1.0" encoding="UTF-16"?><nitf>'.encode("utf-16"),
    ],
)
def test_it_is_known_by_its_root_whatever_stands_before_it(head: bytes) -> None:
    assert FORMAT.sniff(head, "a.txt") == 1.0


@pytest.mark.parametrize("head", [b"", b"{}", b"<newsItem>", b"<html>nitf", b"A text about <nitf>", b"\0\1\2\3" * 9])
def test_other_inputs_are_not_its_own(head: bytes) -> None:
    assert FORMAT.sniff(head, "a.nitf") == 0.0


class TestIdentity:
    def test_the_id_is_that_of_the_document_under_the_registry_that_gave_it(self) -> None:
        assert only('<doc-id id-string="a.1"/>').id == "nitf:a.1"
        assert only('<doc-id id-string="a.1" regsrc="NCW"/>').id == "nitf:NCW:a.1"
        assert only('<doc-id regsrc="NCW"/>').id == ""

    def test_a_story_that_numbers_its_documents_has_one_id_and_versions(self) -> None:
        article = only('<doc-id id-string="story-7_3"/><du-key key="story-7" version="4"/>')
        assert (article.id, article.version) == ("nitf:story-7", 4)

    def test_a_key_alone_is_no_id_for_it_is_used_again(self) -> None:
        article = only('<du-key key="WEATHER" version="two"/>')
        assert (article.id, article.version) == ("", 0)


class TestDates:
    def test_the_day_of_publication_is_made_precise_by_the_moment_of_issue(self) -> None:
        article = only(
            '<date.issue norm="20160923T061500+0200"/>', head='<pubdata date.publication="20160923T000000+0200"/>'
        )
        assert str(article.published) == "2016-09-23T06:15:00+02:00"
        told = article.provenance["published"]
        assert (told.method, told.path) == ("nitf:date.issue@norm", "head/docdata/date.issue/@norm")

    def test_midnight_means_that_the_time_is_not_known(self) -> None:
        assert str(only('<date.issue norm="20160923T000000-0500"/>').published) == "2016-09-23"

    def test_an_unreadable_date_is_told_in_the_provenance(self) -> None:
        article = only('<date.issue norm="yesterday"/>')
        assert article.published is None
        assert article.provenance["published"].rejected == ("yesterday",)

    def test_the_last_revision_is_when_it_was_modified(self) -> None:
        history = "".join(f'<revision-history norm="2016092{day}T100000Z"/>' for day in (4, 6, 5))
        assert str(only('<date.issue norm="20160923"/>', head=history).modified) == "2016-09-26T10:00:00Z"


class TestStatus:
    def test_a_cancelled_document_is_taken_back_even_without_a_word_in_it(self) -> None:
        (found,) = parse(
            document('<doc-id id-string="a"/>', top="").replace("<docdata>", '<docdata management-status="canceled">')
        )
        assert isinstance(found, TakenBack)
        assert (found.article.id, found.reason) == ("nitf:a", "it is marked as cancelled")

    @pytest.mark.parametrize(
        "message", ['<ed-msg msg-type="kill" info="wrong"/>', '<ed-msg info="MANDATORY KILL: wrong"/>']
    )
    def test_a_message_to_editors_may_kill_it(self, message: str) -> None:
        (found,) = parse(document(message))
        assert isinstance(found, TakenBack)
        assert "killed: " in found.reason

    @pytest.mark.parametrize("info", ["For global distribution", "killing time", "Killers at large", ""])
    def test_other_messages_do_not(self, info: str) -> None:
        assert isinstance(parse(document(f'<ed-msg info="{info}"/>'))[0], Article)

    def test_one_that_is_to_be_released_later_is_embargoed_until_then(self) -> None:
        (found,) = parse(document('<date.issue norm="20240101T100000Z"/><date.release norm="20240102T060000+0100"/>'))
        assert isinstance(found, Embargoed)
        assert found.until.astimezone(UTC) == datetime(2024, 1, 2, 5, tzinfo=UTC)

    def test_a_release_at_the_moment_of_issue_is_no_embargo(self) -> None:
        assert isinstance(
            parse(document('<date.issue norm="20240101T100000Z"/><date.release norm="20240101T100000Z"/>'))[0], Article
        )

    def test_an_embargo_without_an_end_is_refused(self) -> None:
        (found,) = parse(document().replace("<docdata>", '<docdata management-status="embargoed">'))
        assert isinstance(found, Rejected)
        assert "without saying until when" in found.reason

    def test_a_later_document_takes_back_an_earlier_one_or_its_place(self) -> None:
        status = '<docdata management-doc-idref="old" management-idref-status="canceled">'
        back, article = parse(document('<doc-id id-string="new"/>').replace("<docdata>", status))
        assert isinstance(back, TakenBack)
        assert (back.article.id, isinstance(article, Article)) == ("nitf:old", True)
        back, _ = parse(document('<doc-id id-string="new"/><correction id-string="old"/>'))
        assert isinstance(back, TakenBack)
        assert (back.article.id, back.reason) == ("nitf:old", "a later document takes its place: nitf:new")


class TestNames:
    def test_persons_places_and_bodies_of_head_and_text_are_joined_once(self) -> None:
        article = only(
            '<identified-content><person value="p1">Tomas Harrick</person><location><city>Sarnholt</city>'
            "<region>Halmark</region></location></identified-content>"
            '<evloc city="Brenwick" iso-cc="NOR"/>',
            body="<p><person>Tomas Harrick’s</person> <org>Halmark Rail</org>.</p>",
        )
        assert article.people == ("Tomas Harrick",)
        assert article.places == ("Sarnholt, Halmark", "Brenwick", "Norway")
        assert article.organisations == ("Halmark Rail",)
        assert article.provenance["people"].rejected == ("p1",)

    def test_what_is_identified_as_nothing_was_supplied(self) -> None:
        assert {"people", "places", "organisations"} <= only("<identified-content/>").provenance.keys()
        assert not {"people", "places", "organisations"} & only().provenance.keys()

    def test_subjects_are_named_by_their_narrowest_words_and_numbers_by_the_table(self) -> None:
        subjects = (
            '<tobject><tobject.subject tobject.subject.refnum="11006005" tobject.subject.type="Politics"'
            ' tobject.subject.detail="Cabinet"/><tobject.subject tobject.subject.refnum="15054001"/></tobject>'
        )
        article = only('<key-list><keyword key="Soccer"/><keyword key="SOCCER"/></key-list>', head=subjects)
        assert article.keywords == ("Cabinet", "Soccer")
        assert article.provenance["keywords"].rejected == ("11006005", "15054001")


class TestByline:
    @pytest.mark.parametrize(
        ("byline", "writers", "bodies"),
        [
            ("<byline>By Asta Nylund</byline>", ("Asta Nylund",), ()),
            ("<byline>By ASTA NYLUND<byttl>NCW Business Writer</byttl></byline>", ("Asta Nylund",), ()),
            (
                "<byline>By <person>Asta Nylund</person> <org>North Coast Wire</org></byline>",
                ("Asta Nylund",),
                ("North Coast Wire",),
            ),
            ("<byline><byttl>Sports Network</byttl></byline>", (), ("Sports Network",)),
            (
                '<byline>By ASTA NYLUND</byline><byline class="normalized_byline">NYLUND, ASTA</byline>',
                ("Asta Nylund",),
                (),
            ),
            ("<byline/>", (), ()),
        ],
    )
    def test_writers_are_told_from_their_titles_and_houses(
        self, byline: str, writers: tuple[str, ...], bodies: tuple[str, ...]
    ) -> None:
        article = only(top=byline, head="<title>T</title>")
        assert (article.byline, article.credits) == (writers, bodies)
        assert "byline" in article.provenance


class TestText:
    def test_headings_pictures_and_repeats_are_apart_from_the_text(self) -> None:
        article = only(
            top="<hedline><hl1>A fire</hl1><hl2>At the pier</hl2></hedline><byline>By Asta Nylund</byline>",
            body="<p>A fire</p><p>By Asta Nylund</p><p>It burned.<br/>It was put out.</p><hl2>The pier</hl2>"
            "<media><media-caption>The pier. (Photo: Kofi Brandal)</media-caption></media>"
            "<media><media-caption>Smoke.</media-caption><media-producer>Petra Sundqvist</media-producer></media>"
            "<fn><fn-label>1</fn-label><fn-value>Built in 1898.</fn-value></fn>"
            "<p><a href='x'>All of it is a link.</a></p>"
            "<p>It cost <frac><numer>1</numer><denom>2</denom></frac> crown.</p>",
        )
        assert article.body == (
            "It burned.\nIt was put out.\n\nBuilt in 1898.\n\nAll of it is a link.\n\nIt cost 1/2 crown."
        )
        assert article.headings == ("At the pier", "The pier")
        assert article.captions == (Caption("The pier.", "Kofi Brandal"), Caption("Smoke.", "Petra Sundqvist"))

    def test_the_lead_that_an_archive_repeats_is_read_once(self) -> None:
        body = (
            '<block class="lead_paragraph"><p>One.</p></block><block class="full_text"><p>One.</p><p>Two.</p></block>'
        )
        assert only(body=body).body == "One.\n\nTwo."
        assert only(body='<block class="lead_paragraph"><p>One.</p></block>').body == "One."

    def test_a_dateline_is_a_place_and_an_empty_one_is_not_filled_from_the_text(self) -> None:
        text = "<p>OSLO, May 4 (NCW) — It rained.</p>"
        assert only(top="<dateline>BERGEN, May 4</dateline>", head="<title>T</title>", body=text).dateline == "BERGEN"
        silent = only(body=text)
        assert (silent.dateline, silent.body) == ("OSLO", "It rained.")
        empty = only(top="<dateline/>", head="<title>T</title>", body=text)
        assert (empty.dateline, empty.body) == (None, "OSLO, May 4 (NCW) — It rained.")

    def test_a_document_without_a_word_is_rejected(self) -> None:
        (found,) = parse(document(top=""))
        assert found == Rejected(Origin("a.xml"), "there is neither a headline nor a text in it")

    def test_a_text_with_too_many_tags_is_rejected(self) -> None:
        (found,) = parse(document(body="<p/>" * 60_001))
        assert isinstance(found, Rejected)
        assert "more than 60,000 tags" in found.reason

    def test_several_documents_may_stand_in_one_file(self) -> None:
        assert len(parse(f"<archive>{document()}{document()}</archive>")) == 2

    def test_another_document_is_no_nitf(self) -> None:
        with pytest.raises(ArticleRejected, match="<article> holds no item"):
            parse("<article><title>x</title></article>")
