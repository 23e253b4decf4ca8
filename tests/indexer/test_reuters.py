"""Records of the Reuters-21578 shape become articles, and a broken record costs only itself."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, Origin
from index.errors import ArticleRejected
from indexer.format import Rejected
from indexer.formats.reuters import FORMAT, LONGEST_RECORD

DOCTYPE = b'<!DOCTYPE lewis SYSTEM "lewis.dtd">\n'


def record(
    *,
    newid: str = "7",
    date: str = " 9-MAR-1987 08:14:22.37",
    codes: str = "",
    text: str = "<TEXT>&#2;\n<TITLE>HERRING</TITLE>\n<DATELINE>    SARNHOLT, March 9 - </DATELINE>"
    "<BODY>Fewer herring\nwere landed.\n Reuter\n&#3;</BODY></TEXT>",
) -> bytes:
    return (
        f'<REUTERS TOPICS="YES" OLDID="1" NEWID="{newid}">\n<DATE>{date}</DATE>\n{codes}\n'
        f"<UNKNOWN> \n&#5;&#5;&#5;C G\n&#22;&#22;&#1;f0312&#31;reute\n</UNKNOWN>\n{text}\n</REUTERS>\n"
    ).encode("latin-1")


def parse(data: bytes) -> list[Article | Rejected]:
    return list(FORMAT.parse(io.BytesIO(data), Origin("reut.sgm")))


def only(data: bytes) -> Article:
    (found,) = parse(data)
    assert isinstance(found, Article)
    return found


def test_a_record_becomes_an_article_under_the_collections_number() -> None:
    article = only(DOCTYPE + record())
    assert article.id == "reuters:7"
    assert (article.source, article.language) == ("Reuters", "en")
    assert article.title == "HERRING"
    assert article.dateline == "SARNHOLT"
    assert article.body == "Fewer herring were landed."
    assert str(article.published) == "1987-03-09T08:14:22Z"
    assert article.origin == Origin("reut.sgm", "", 1)
    assert article.type is None  # BRIEF and UNPROC are the collection makers' words, not the publisher's


def test_codes_become_canonical_names_and_stay_in_provenance() -> None:
    article = only(
        record(
            codes="<TOPICS><D>money-fx</D><D>cocoa</D></TOPICS><PLACES><D>usa</D><D>el-salvador</D><D>ussr</D></PLACES>"
            "<PEOPLE><D>perez-de-cuellar</D><D>deng-xiaoping</D></PEOPLE><ORGS><D>opec</D></ORGS>"
            "<EXCHANGES><D>nasdaq</D></EXCHANGES><COMPANIES><D>acme</D></COMPANIES>"
        )
    )
    assert article.keywords == ("Foreign exchange", "Cocoa")
    assert article.places == ("United States", "El Salvador", "Soviet Union")
    assert article.people == ("Javier Perez de Cuellar", "Deng Xiaoping")
    assert article.organisations == ("OPEC", "Nasdaq")
    assert article.provenance["keywords"].rejected == ("money-fx", "cocoa")
    assert article.provenance["organisations"].method == "reuters:ORGS|EXCHANGES"
    assert article.provenance["organisations"].rejected == ("opec", "nasdaq")


def test_a_code_that_no_table_has_is_written_out() -> None:
    article = only(record(codes="<TOPICS><D>red-clover</D></TOPICS><PLACES><D>port-elow</D></PLACES>"))
    assert article.keywords == ("Red clover",)
    assert article.places == ("Port Elow",)


def test_fields_that_the_markup_has_a_place_for_count_as_supplied_even_when_empty() -> None:
    """So nothing found in the text is added to them."""
    article = only(record(codes="<TOPICS></TOPICS><PLACES></PLACES><PEOPLE></PEOPLE><ORGS></ORGS>"))
    supplied = {"keywords", "places", "people", "organisations", "byline", "dateline", "title", "language", "source"}
    assert supplied <= article.provenance.keys()
    assert article.places == ()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01Z"),
        ("27-MAR-1987 00:02:59.13&#5;&#5;&#5;RM", "1987-03-27T00:02:59Z"),
        ("3-MAR-1987  09:15:05.40", "1987-03-03T09:15:05Z"),
        (" 7-APR-1987 16:22:00.0", "1987-04-07T16:22:00Z"),
        ("31-MAR-1987 605:12:19.12", "1987-03-31"),
        ("31-MAR-1987 25:12:19.12", None),
        ("9-APR-1987 00:00:00.00    # date added as guesswork ", "1987-04-09"),
        ("31-FEB-1987 10:00:00.00", None),
        ("31-FOO-1987 10:00:00.00", None),
        ("", None),
    ],
)
def test_the_date_is_read_as_far_as_it_makes_sense(written: str, read: str | None) -> None:
    article = only(record(date=written))
    assert (str(article.published) if article.published else None) == read
    certain = article.provenance["published"].confidence == 1.0
    assert certain == bool(read and "T" in read)


def test_an_unreadable_date_is_told_in_the_provenance() -> None:
    found = only(record(date="yesterday")).provenance["published"]
    assert (found.confidence, found.rejected) == (0.0, ("yesterday",))


def test_a_brief_is_its_title_without_the_makers_filler() -> None:
    article = only(
        record(text='<TEXT TYPE="BRIEF">&#2;\n******<TITLE>GOLD UP\n</TITLE>Blah blah blah.\n&#3;\n\n</TEXT>')
    )
    assert article.title == "GOLD UP"
    assert article.body == ""


def test_what_a_brief_says_besides_its_title_is_kept() -> None:
    article = only(
        record(text='<TEXT TYPE="BRIEF">&#2;\n******<TITLE>GOLD UP\n</TITLE>Blah blah blah.\nTo 400 dlrs\n&#3;</TEXT>')
    )
    assert article.body == "To 400 dlrs"


def test_an_unprocessed_record_carries_its_text_and_no_title() -> None:
    article = only(
        record(
            text='<TEXT TYPE="UNPROC">&#2;\nWEEKLY STATE\n    Two weeks  day\n Float.....310 dn\n Reuter\n&#3;</TEXT>'
        )
    )
    assert article.title is None
    assert article.body == "WEEKLY STATE\n\nTwo weeks  day\n\nFloat.....310 dn"


def test_a_table_that_the_markup_cut_through_is_whole_again() -> None:
    article = only(
        record(
            text="<TEXT>&#2;\n<TITLE>SUGAR AT 1730</TITLE>\n MTH   LAST   BYR\n<DATELINE> May  152.8  ---   </DATELINE>"
            "<BODY>153.0\n Aug  156.8  156.0\n&#3;</BODY></TEXT>"
        )
    )
    assert article.dateline is None
    assert article.body == "MTH   LAST   BYR\nMay  152.8  ---   153.0\nAug  156.8  156.0"


def test_words_that_the_markup_left_in_the_dateline_open_the_body() -> None:
    article = only(
        record(
            text="<TEXT><TITLE>T</TITLE><DATELINE>    OSLO, Oct 20 - Eight months to August 31 -</DATELINE>"
            "<BODY> profit rose.</BODY></TEXT>"
        )
    )
    assert article.dateline == "OSLO"
    assert article.body == "Eight months to August 31 - profit rose."


def test_the_author_is_the_byline() -> None:
    article = only(
        record(text="<TEXT><TITLE>T</TITLE>\n<AUTHOR>    By Asta Nylund, Reuters</AUTHOR>\n<BODY>Text.</BODY></TEXT>")
    )
    assert article.byline == ("Asta Nylund",)
    assert "Nylund" not in article.body


def test_bytes_of_latin_1_survive() -> None:
    assert only(record(text="<TEXT><BODY>Zürich rose.</BODY></TEXT>")).body == "Zürich rose."


def test_entities_are_read_and_control_characters_dropped() -> None:
    article = only(record(text="<TEXT><TITLE>TEXACO &lt;TX> &amp; CO&#127;</TITLE><BODY>A&#27;B</BODY></TEXT>"))
    assert article.title == "TEXACO <TX> & CO"
    assert article.body == "AB"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (record(text="<TEXT><TITLE>T</TITLE><BODY>x</TEXT>"), "broken XML"),
        (record(text="<TEXT><BODY>a &unknown; b</BODY></TEXT>"), "broken XML"),
        (record(text='<TEXT TYPE="UNPROC">&#2;\n&#3;\n\n</TEXT>'), "neither a title nor a text"),
        (record(text=""), "no TEXT"),
        (b"stray words\n", "text outside of a record: “stray words”"),
        (record().replace(b"</REUTERS>", b""), "not closed"),
    ],
)
def test_a_broken_record_costs_only_itself(data: bytes, reason: str) -> None:
    found = parse(DOCTYPE + record(newid="1") + data + record(newid="2"))
    assert [entry.id for entry in found if isinstance(entry, Article)] == ["reuters:1", "reuters:2"]
    (rejected,) = (entry for entry in found if isinstance(entry, Rejected))
    assert reason in rejected.reason
    assert rejected.origin == Origin("reut.sgm", "", 2)


def test_a_file_that_ends_inside_a_record_says_so() -> None:
    first, second = parse(record(newid="1") + record(newid="2")[:-15])
    assert isinstance(first, Article)
    assert isinstance(second, Rejected)
    assert "not closed" in second.reason


def test_a_file_without_a_record_is_rejected_whole() -> None:
    with pytest.raises(ArticleRejected, match="no <REUTERS> record"):
        parse(DOCTYPE)


def test_entities_of_a_document_type_inside_a_record_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE lolz [<!ENTITY lol "lollollol">]>'
    (found,) = parse(record().replace(b"<DATE>", bomb + b"<DATE>"))
    assert isinstance(found, Rejected)


def test_a_record_without_end_does_not_fill_the_memory() -> None:
    """It is cut at a limit, and the records after it are read."""
    started = time.process_time()
    endless = b'<REUTERS NEWID="1">' + b"<TEXT>words " * (3 * LONGEST_RECORD // 12)
    found = parse(endless + b"\n" + record(newid="2"))
    assert [entry.id for entry in found if isinstance(entry, Article)] == ["reuters:2"]
    reasons = [entry.reason for entry in found if isinstance(entry, Rejected)]
    assert all("not closed" in reason or "outside of a record" in reason for reason in reasons)
    assert time.process_time() - started < 5


def test_sniffing_knows_the_document_type_and_the_records_and_nothing_else() -> None:
    assert FORMAT.sniff(DOCTYPE, "anything.txt") == 1.0
    assert FORMAT.sniff(record(), "x") == 1.0
    assert FORMAT.sniff(b"The <REUTERS> tag starts a record.", "reut2-000.sgm") == 0.0
    assert FORMAT.sniff(b'{"body": "<REUTERS NEWID=\\"1\\">"}', "x.jsonl") == 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([record(), b"<REUTERS", b"</REUTERS>", b"x", DOCTYPE, b"\n", b"&#3;", b"<TEXT>"])))
def test_any_sequence_of_pieces_keeps_its_whole_records(pieces: list[bytes]) -> None:
    """Whatever stands between them, and whatever lies at the borders of what is read at once."""
    data = b"".join(pieces)
    try:
        found = parse(data)
    except ArticleRejected:
        found = []
    wanted = sum(
        piece.startswith(b"<REUTERS ") and (at == 0 or pieces[at - 1] != b"<REUTERS") for at, piece in enumerate(pieces)
    )
    assert sum(isinstance(entry, Article) for entry in found) >= wanted
    assert [entry.origin and entry.origin.record for entry in found] == list(range(1, len(found) + 1))


def test_comments_are_no_text_and_elements_inside_the_body_are() -> None:
    article = only(record(text="<TEXT><!-- no --><BODY><!-- no -->One <I>two</I><!-- no --> three.</BODY></TEXT>"))
    assert article.body == "One two three."


def test_of_several_titles_the_first_is_taken() -> None:
    assert only(record(text="<TEXT><TITLE>ONE</TITLE><TITLE>TWO</TITLE><BODY>A.</BODY></TEXT>")).title == "ONE"
