"""What a word is, and how a query is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.languages import KEY_LANGUAGES, beginnings, keeps_beginning, may_stem_to, stem_of
from search.queries import Term, parse
from search.snippets import marked, snippet
from search.words import as_written, tokens_from, tokens_of, words_of


def stems_of(text: str) -> list[str]:
    return [word.stem for word in words_of(text)]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Café", "cafe"),
        ("RECALLED", "recall"),
        ("grocers’", "grocer"),
        ("Larkwell's", "larkwell"),
        ("Straße", "strasse"),
        ("København", "kobenhavn"),
        ("stations", "station"),
        ("1.9", "1.9"),
    ],
)
def test_words_are_found_however_they_are_written(written: str, asked: str) -> None:
    assert stems_of(written) == stems_of(asked)


def test_places_are_those_in_the_text_as_written() -> None:
    text = "Le café, 41% recall"
    assert [text[word.start : word.end] for word in words_of(text)] == ["Le", "café", "41", "recall"]


@given(st.text(st.characters(max_codepoint=127)) | st.text("a1.,'_ "))
def test_words_of_plain_text_are_cut_as_all_others_are(text: str) -> None:
    assert as_written(text) == [token[0] for token in tokens_of(text)]


@given(st.text() | st.text("aAbZé京1½٣.,'’_- \n"), st.frozensets(st.sampled_from("abz½京é"), max_size=3))
def test_words_that_begin_with_some_letters_are_those_of_all(text: str, letters: frozenset[str]) -> None:
    found = tokens_from(text, letters)
    if found is not None:
        wanted = [t for t in tokens_of(text) if _begins_so(t[0][0], letters)]
        assert [(t[0], t.start()) for t in found] == [(t[0], t.start()) for t in wanted]


def _begins_so(first: str, letters: frozenset[str]) -> bool:
    return first.lower() in letters if first.isascii() else not first.isdecimal()


def test_a_text_with_a_number_before_a_word_is_not_told_at_once() -> None:
    assert tokens_from("1.5x and x", frozenset("x")) is None
    assert [token[0] for token in tokens_from("0.4 of 1,500 x", frozenset("x")) or ()] == ["x"]


def test_scripts_without_spaces_are_read_character_by_character() -> None:
    assert stems_of("東京 radio") == ["東", "京", "radio"]
    assert parse("東京").words == (Term(("東", "京")),)


def test_a_query_has_words_phrases_and_exclusions() -> None:
    query = parse('drive "Morning Show" -podcast -"late night"')
    assert query.words == (Term(("drive",)),)
    assert query.phrases == (Term(("morn", "show")),)
    assert query.excluded == (Term(("podcast",)), Term(("late", "night")))


def test_typographic_quotes_are_quotes() -> None:
    assert parse("“morning show”").phrases == (Term(("morn", "show")),)


def test_small_words_are_left_out_of_a_question() -> None:
    assert [term.stems for term in parse("what is the recall of radio").words] == [("recal",), ("radio",)]


def test_small_words_are_looked_up_when_there_is_nothing_else() -> None:
    assert parse("who").words == (Term(("who",)),)


@pytest.mark.parametrize("text", ["", "   ", '"', '""', "-", "!!!", "-!", '"-"', "\x00", "' OR 1=1 --"])
def test_no_text_is_refused(text: str) -> None:
    parse(text)


def test_a_hyphen_inside_a_word_does_not_exclude() -> None:
    query = parse("prime-time")
    assert not query.excluded
    assert [term.stems for term in query.words] == [("prime",), ("time",)]


def test_a_very_long_question_is_cut_and_not_refused() -> None:
    assert len(parse("word " * 100_000).words) == 1
    assert len(parse(" ".join(f"word{number}" for number in range(5000))).words) <= 32


def test_a_snippet_shows_the_densest_place_and_marks_neighbours_together() -> None:
    text = "Recall is asked for first. " + "Filler. " * 60 + "Listeners in morning drive show recall of 41%."
    cut = snippet(text, parse("morning drive recall"))
    assert "Listeners in morning drive show recall" in cut.text
    assert [cut.text[a:b] for a, b in cut.ranges] == ["morning drive", "recall"]
    assert cut.text.startswith("… ")


def test_the_pieces_of_a_marked_text_are_the_text() -> None:
    found = marked("Orchard Row: visits from <b>morning</b> drive", parse("morning visits"))
    assert "".join(part for part, _is_marked in found.pieces()) == found.text
    assert [part for part, is_marked in found.pieces() if is_marked] == ["visits", "morning"]


def test_a_short_quote_starts_at_its_match() -> None:
    found = marked("Larkwell Audio · Case study 3 · Four in ten who recall it heard it", parse("recall"))
    assert found.from_match().text.startswith("… ")
    assert [part for part, is_marked in found.from_match().pieces() if is_marked] == ["recall"]
    assert len(found.from_match().text.partition("recall")[0]) <= 20
    short = marked("recall is first", parse("recall"))
    assert short.from_match() == short


# of many languages
_ENDINGS = [
    "ying",
    "ied",
    "ing",
    "ly",
    "es",
    "em",
    "ern",
    "ung",
    "eux",
    "ement",
    "mente",
    "amos",
    "are",
    "issa",
    "lla",
]


@given(
    st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=6),
    st.lists(st.sampled_from(_ENDINGS), max_size=2),
    st.sampled_from(KEY_LANGUAGES),
)
def test_a_stem_begins_as_its_word_does_where_snippets_count_on_it(
    word: str, endings: list[str], language: str
) -> None:
    word += "".join(endings)
    stem = stem_of(word, language)
    assert (word[:2] in beginnings([stem]) and may_stem_to(word, [stem])) or not keeps_beginning((language,))


@pytest.mark.parametrize("word", ["dying", "L'idée", "L’eau", "uerinnen", "skies", "3.5", "x"])
def test_a_word_is_marked_by_its_own_stem_however_it_begins(word: str) -> None:
    for language in KEY_LANGUAGES:
        assert marked(f"The {word}.", parse(word, (language,))).ranges == ((4, 4 + len(word)),)


def test_a_word_is_marked_whose_stem_begins_with_another_letter() -> None:
    asked = parse("geluisterd", ("nl",))
    assert asked.marked_stems == {"luister"}
    assert marked("Wie heeft geluisterd? Écoutez.", asked).ranges == ((10, 20),)
