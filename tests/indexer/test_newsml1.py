"""NewsML 1 items become articles, whatever is inside their components."""

from __future__ import annotations

import io
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from index.article import Article, Caption, Origin
from indexer.format import Embargoed, Found, Rejected, TakenBack
from indexer.formats.newsml1 import FORMAT

IDENTIFIER = (
    "<ProviderId>ncw.example</ProviderId><DateId>20190524</DateId><NewsItemId>a</NewsItemId>"
    '<RevisionId PreviousRevision="1" Update="U">2</RevisionId>'
    "<PublicIdentifier>urn:newsml:ncw.example:20190524:a:2U</PublicIdentifier>"
)
NITF = "<nitf><body><body.content><p>One.</p><p>Two.</p></body.content></body></nitf>"
LINES = "<NewsLines><HeadLine>Title</HeadLine></NewsLines>"


def item(
    component: str = f"<NewsComponent>{LINES}</NewsComponent>", *, manage: str = "", identifier: str = IDENTIFIER
) -> str:
    return (
        f"<NewsItem><Identification><NewsIdentifier>{identifier}</NewsIdentifier></Identification>"
        f"<NewsManagement>{manage}</NewsManagement>{component}</NewsItem>"
    )


def parse(*items: str) -> list[Found]:
    return list(FORMAT.parse(io.BytesIO(f"<NewsML>{''.join(items)}</NewsML>".encode()), Origin("a.xml")))


def only(component: str, manage: str = "") -> Article:
    (found,) = parse(item(f"<NewsComponent>{component}</NewsComponent>", manage=manage))
    assert isinstance(found, Article)
    return found


def content(data: str, more: str = "", media: str = "Text") -> str:
    return f'<ContentItem><MediaType FormalName="{media}"/>{more}<DataContent>{data}</DataContent></ContentItem>'


def component(role: str, inside: str) -> str:
    return f'<NewsComponent><Role FormalName="{role}"/>{inside}</NewsComponent>'


def test_it_is_known_by_its_root() -> None:
    assert FORMAT.sniff(b'<?xml version="1.0"?><!DOCTYPE NewsML SYSTEM "x"><NewsML Version="1.2">', "a") == 1.0
    assert FORMAT.sniff(b"<newsItem>", "NewsML.xml") == 0.0
    assert FORMAT.sniff(b"NewsML", "NewsML.xml") == 0.0


class TestIdentity:
    def test_its_id_is_that_of_the_other_generation_without_the_revision(self) -> None:
        article = only(LINES)
        assert (article.id, article.version) == ("newsml:urn:newsml:ncw.example:20190524:a", 2)

    def test_the_public_identifier_serves_where_its_parts_are_missing(self) -> None:
        public = "<PublicIdentifier>urn:newsml:ncw.example:20190524:a:2U</PublicIdentifier>"
        (found,) = parse(item(identifier=public))
        assert isinstance(found, Article)
        assert found.id == "newsml:urn:newsml:ncw.example:20190524:a"
        (found,) = parse(item(identifier=""))
        assert isinstance(found, Article)
        assert found.id == ""


class TestStatus:
    @pytest.mark.parametrize(
        ("manage", "words"),
        [
            ('<Status FormalName="Canceled"/>', "cancelled"),
            ('<Status FormalName="Withheld"/>', "withheld until further notice"),
            ('<Status FormalName="Usable"/><Instruction FormalName="Delete"/>', "deleted"),
            ('<NewsItemType FormalName="Kill"/>', "killed"),
        ],
    )
    def test_an_item_is_taken_back_by_its_status_or_an_instruction(self, manage: str, words: str) -> None:
        for inside in ("<NewsComponent/>", f"<NewsComponent>{LINES}</NewsComponent>"):
            (found,) = parse(item(inside, manage=manage))
            assert isinstance(found, TakenBack)
            assert (found.article.version, found.reason) == (2, f"it is marked as {words}")

    @pytest.mark.parametrize("status", ["Embargoed", "Withheld"])
    def test_an_item_whose_status_will_change_waits_for_it(self, status: str) -> None:
        change = (
            '<StatusWillChange><FutureStatus FormalName="Usable"/>'
            "<DateAndTime>20240101T060000+0100</DateAndTime></StatusWillChange>"
        )
        (found,) = parse(item(manage=f'<Status FormalName="{status}"/>{change}'))
        assert isinstance(found, Embargoed)
        assert found.until == datetime(2024, 1, 1, 5, tzinfo=UTC)

    def test_an_embargo_without_an_end_is_refused(self) -> None:
        (found,) = parse(item(manage='<Status FormalName="Embargoed"/>'))
        assert isinstance(found, Rejected)
        assert "without saying until when" in found.reason

    @pytest.mark.parametrize(
        ("inside", "words"),
        [
            ("<TopicSet/>", "a list of topics, not an article"),
            ("<Update/>", "changes parts of an earlier item"),
            ("", "has no NewsComponent"),
            ("<NewsComponent/>", "neither a headline nor a text"),
        ],
    )
    def test_what_is_no_article_says_so_and_costs_itself(self, inside: str, words: str) -> None:
        bad, good = parse(item(inside), item())
        assert isinstance(bad, Rejected)
        assert words in bad.reason
        assert (bad.origin, type(good)) == (Origin("a.xml", "", 1), Article)


class TestFields:
    def test_inner_components_say_it_first(self) -> None:
        inner = (
            f"<NewsComponent>{LINES}<DescriptiveMetadata><Language FormalName='de-AT'/>"
            f"</DescriptiveMetadata></NewsComponent>"
        )
        outer = "<AdministrativeMetadata><Provider><Party FormalName='NCW'/></Provider></AdministrativeMetadata>"
        metadata = "<DescriptiveMetadata><Language FormalName='en'/><Genre FormalName='Profile'/></DescriptiveMetadata>"
        article = only(outer + metadata + inner)
        assert (article.title, article.source, article.type) == ("Title", "NCW", "Profile")

    def test_codes_get_the_names_of_the_items_own_topics_or_of_the_table(self) -> None:
        topics = (
            "<TopicSet><Topic Duid='t1'><TopicType FormalName='Person'/><FormalName>x1</FormalName>"
            "<Description Variant='Name' xml:lang='en'>Rhoda Bellamy</Description></Topic>"
            "<Topic><FormalName>09008000</FormalName><Description Variant='Name' xml:lang='el'>Απεργία</Description>"
            "<Description Variant='Name' xml:lang='en'>Walkouts</Description></Topic></TopicSet>"
        )
        described = (
            "<DescriptiveMetadata><SubjectCode><SubjectMatter FormalName='09008000'/><Subject FormalName='15000000'/>"
            "<SubjectDetail FormalName='99'/></SubjectCode><TopicOccurrence Topic='#t1'/>"
            "<Location><Property FormalName='Country' Value='SWE'/>"
            "<Property FormalName='City' Value='Malmö'/></Location>"
            "<Property FormalName='Keyword' Value='ships'/></DescriptiveMetadata>"
        )
        article = only(topics + LINES + described)
        assert article.keywords == ("Walkouts", "Sport", "ships")
        assert article.people == ("Rhoda Bellamy",)
        assert article.places == ("Malmö", "Sweden")
        assert article.provenance["keywords"].rejected == ("09008000", "15000000", "99")

    def test_a_line_that_is_there_and_empty_was_supplied(self) -> None:
        article = only(
            "<NewsLines><HeadLine>T</HeadLine><ByLine/><DateLine/></NewsLines>" + content("OSLO (NCW) — It rained.")
        )
        assert {"byline", "dateline"} <= article.provenance.keys()
        assert (article.dateline, article.body) == (None, "OSLO (NCW) — It rained.")


class TestContent:
    @pytest.mark.parametrize(
        ("data", "more"),
        [
            (NITF, ""),
            ("<p>One.</p><p>Two.</p>", ""),
            ("<html xmlns='http://www.w3.org/1999/xhtml'><body><p>One.</p><p>Two.</p></body></html>", ""),
            ("<![CDATA[<P>One.</P><P>Two.</P>]]>", ""),
            (f"<![CDATA[<?xml version='1.0'?>{NITF}]]>", ""),
            ("One.\n\nTwo.", ""),
        ],
    )
    def test_a_text_is_read_however_it_was_put_in(self, data: str, more: str) -> None:
        assert only(LINES + content(data, more)).body == "One.\n\nTwo."

    def test_encoded_content_is_decoded(self) -> None:
        data = b64encode("Schön.".encode()).decode()
        encoded = f"<ContentItem><Encoding Notation='Base64'><DataContent>{data}</DataContent></Encoding></ContentItem>"
        assert only(LINES + encoded).body == "Schön."

    def test_equivalents_give_one_text_and_complements_all(self) -> None:
        two = content("<p>One.</p>") + content("One.") + content("Two.")
        assert only(LINES + two).body == "One.\n\nTwo."
        equivalent = (
            f"<NewsComponent EquivalentsList='yes'>{content('<p>One.</p>')}{content('Or two.')}</NewsComponent>"
        )
        assert only(LINES + equivalent).body == "One."

    def test_components_are_read_by_their_roles(self) -> None:
        article = only(
            component("HeadLine", content("<p>The weir</p>"))
            + component("SubHeadLine", content("<p>It gave way</p>"))
            + component("Abstract", content("In short."))
            + component("Main", content("<p>It gave way at night.</p>"))
            + component("Contact", content("Call 555 0134."))
            + component(
                "Picture",
                "<NewsLines><CreditLine>Kofi Brandal</CreditLine></NewsLines>"
                + component("Caption", content("The weir at noon."))
                + content("/9j/", media="Photo"),
            )
            + component("Caption", content("Water. (Photo: Petra Sundqvist)"))
        )
        assert (article.title, article.headings, article.abstract) == ("The weir", ("It gave way",), "In short.")
        assert article.body == "It gave way at night."
        assert article.captions == (Caption("The weir at noon.", "Kofi Brandal"), Caption("Water.", "Petra Sundqvist"))

    def test_the_headline_of_a_picture_is_its_caption_not_the_articles_title(self) -> None:
        picture = component("Photo", "<NewsLines><HeadLine>A crane. (Photo: Kofi Brandal)</HeadLine></NewsLines>")
        article = only(picture + component("Main", LINES + content("Text.")))
        assert (article.title, article.captions) == ("Title", (Caption("A crane.", "Kofi Brandal"),))

    def test_an_item_that_is_a_picture_has_its_title_and_its_caption(self) -> None:
        photo = content("/9j/", media="Photo")
        told = component("Caption", content("The weir at noon."))
        for inside in (f"<Role FormalName='Picture'/>{LINES}{told}{photo}", f"{LINES}{told}{photo}"):
            article = only(inside)
            assert (article.title, article.body) == ("Title", "")
            assert article.captions == (Caption("The weir at noon."),)

    def test_each_language_is_an_article(self) -> None:
        def told(language: str, title: str) -> str:
            metadata = f"<DescriptiveMetadata><Language FormalName='{language}'/></DescriptiveMetadata>"
            lines = f"<NewsLines><HeadLine>{title}</HeadLine></NewsLines>"
            return f"<NewsComponent>{lines}{metadata}{content(title + ' fell.')}</NewsComponent>"

        outer = f"<NewsComponent EquivalentsList='yes'>{told('en', 'Rain')}{told('fr', 'Pluie')}</NewsComponent>"
        found = [one for one in parse(item(outer)) if isinstance(one, Article)]
        assert [(one.id[-4:], one.title, one.language, one.body) for one in found] == [
            ("24:a", "Rain", "en", "Rain fell."),
            ("a#fr", "Pluie", "fr", "Pluie fell."),
        ]

    def test_components_inside_each_other_take_little_time(self) -> None:
        metadata = "<DescriptiveMetadata><Language FormalName='en'/></DescriptiveMetadata>"
        nested = f"<NewsComponent>{metadata}" * 200 + "<NewsComponent/>" * 50_000 + "</NewsComponent>" * 200
        assert isinstance(parse(item(nested))[0], Rejected)
