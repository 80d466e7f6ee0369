"""What both engines answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from search.documents import Document
from search.engine import NO_COMPLETION, Asked, Found, SearchEngine
from search.errors import IndexBeingRebuilt
from search.queries import Alternative, Term, parse
from tests.search.conftest import an_asset

EVERYONE = frozenset(range(1, 2000))


def groups(engine: SearchEngine, text: str, within: frozenset[int] = EVERYONE) -> list[int]:
    return list(engine.search(Asked(parse(text), within)).groups)


def test_a_phrase_that_stands_only_on_page_3_opens_there(index: SearchEngine) -> None:
    index.index(
        {
            1: an_asset(
                1,
                "Orchard Row Grocers",
                "Recall in the morning. A drive to the shop.",
                "The drive in the morning was long; recall was not.",
                "Listeners reached in morning drive show recall of 41%.",
            )
        },
    )
    for text in ('"morning drive"', "morning drive recall", '"reached in morning drive"'):
        (hit,) = index.search(Asked(parse(text), EVERYONE)).hits
        assert hit.page == 3
        assert "morning drive" in hit.snippet.text
    assert groups(index, '"drive morning"') == []


def test_words_are_joined_by_or_and_what_matches_best_comes_first(index: SearchEngine) -> None:
    index.index({1: an_asset(1, "One", "radio and nothing else")})
    index.index({2: an_asset(2, "Two", "radio recall in portland grows")})
    index.index({3: an_asset(3, "Three", "podcasts")})
    assert groups(index, "How does radio recall grow in Portland this spring?") == [2, 1]


def test_a_rare_word_counts_for_more_than_a_common_one(index: SearchEngine) -> None:
    for group in range(1, 9):
        index.index({group: an_asset(group, f"Asset {group}", "radio radio radio")})
    index.index({9: an_asset(9, "Asset 9", "makegood")})
    assert groups(index, "radio makegood", frozenset(range(1, 10)))[0] == 9


def test_a_title_weighs_more_than_a_page(index: SearchEngine) -> None:
    index.index({1: an_asset(1, "Something", "The breakfast show and more.")})
    index.index({2: an_asset(2, "Breakfast", "A show.")})
    index.index({3: an_asset(3, "Other", "Also on breakfast, breakfast and breakfast.")})
    assert groups(index, "breakfast")[0] == 2


def test_a_match_of_the_title_alone_names_no_page(index: SearchEngine) -> None:
    index.index({1: an_asset(1, "Veldt Outdoor", "Nothing.", summary="A summary of it.")})
    (hit,) = index.search(Asked(parse("veldt"), EVERYONE)).hits
    assert hit.page == 0
    assert hit.pages == ()
    assert hit.snippet.text == "A summary of it."


def test_one_hit_an_asset_with_its_best_pages(index: SearchEngine) -> None:
    index.index(
        {1: an_asset(1, "One", "recall", "recall and morning drive", "nothing", "drive", "morning drive")}
    )
    found = index.search(Asked(parse("morning drive recall"), EVERYONE))
    (hit,) = found.hits
    assert [page.page for page in hit.pages] == [2, 5, 1]
    assert found.page_count == 4


def test_an_excluded_word_excludes_the_asset_on_whatever_page_it_stands(index: SearchEngine) -> None:
    index.index({1: an_asset(1, "One", "radio", "podcasts too")})
    index.index({2: an_asset(2, "Two", "radio", "only")})
    index.index({3: an_asset(3, "Three about podcasts", "radio")})
    assert groups(index, "radio -podcast") == [2]
    assert groups(index, '-"podcasts too"') == [3, 2]


def test_every_phrase_has_to_occur_somewhere_in_the_asset(index: SearchEngine) -> None:
    index.index({1: an_asset(1, "One", "morning drive", "late night")})
    index.index({2: an_asset(2, "Two", "morning drive")})
    assert groups(index, '"morning drive" "late night"') == [1]
    assert groups(index, '"late morning"') == []


def test_accents_case_and_endings_do_not_matter(index: SearchEngine) -> None:
    index.index({1: an_asset(1, "Größe und Café", "Señores recalled STATIONS")})
    for text in ("cafe", "grosse", "SENORES", "recalls", "station", "recalling"):
        assert groups(index, text) == [1], text


def test_a_second_partner_sees_nothing_of_a_restricted_asset(index: SearchEngine) -> None:
    index.index({1: an_asset(1, "Gold rates", "the word zanzibar stands here", summary="zanzibar")})
    index.index({2: an_asset(2, "For all", "ordinary words")})
    silver = frozenset({2})
    for text in ("zanzibar", '"word zanzibar"', "gold", "zanzibar ordinary"):
        found = index.search(Asked(parse(text), silver))
        assert 1 not in found.groups
        assert "zanzibar" not in "".join(hit.snippet.text for hit in found.hits)
    assert index.suggest(parse("zanzibra"), within=silver) is None
    assert index.suggest(parse("zanzibra"), within=EVERYONE) == "zanzibar"
    assert index.search(Asked(parse("zanzibar"), frozenset())) == Found((), (), 0)


def test_the_top_hits_are_right_when_nearly_everything_is_hidden(index: SearchEngine) -> None:
    hidden = [(group, an_asset(group, f"Recall {group}", "recall recall recall")) for group in range(1, 1000)]
    seen = [(group, an_asset(group, f"Visible {group}", "recall once")) for group in range(1000, 1010)]
    index.rebuild(hidden + seen)
    within = frozenset(range(1000, 1010))
    found = index.search(Asked(parse("recall"), within), limit=5)
    assert len(found.hits) == 5
    assert set(found.groups) == within


def test_scores_tell_nothing_of_what_is_hidden(index: SearchEngine) -> None:
    visible = an_asset(1, "Radio in the morning", "radio recall")
    index.rebuild([(1, visible)])
    alone = index.search(Asked(parse("radio recall"), frozenset({1})))
    hidden = [(group, an_asset(group, "Radio", "radio recall")) for group in range(2, 30)]
    index.rebuild([(1, visible), *hidden])
    assert index.search(Asked(parse("radio recall"), frozenset({1}))) == alone


def test_a_window_of_hits_continues_where_the_last_one_ended(index: SearchEngine) -> None:
    index.rebuild([(group, an_asset(group, f"Asset {group}", "radio")) for group in range(1, 24)])
    first = index.search(Asked(parse("radio"), EVERYONE), limit=10)
    second = index.search(Asked(parse("radio"), EVERYONE), limit=20, offset=10)
    assert [hit.group for hit in first.hits + second.hits] == list(first.groups)
    assert len(first.groups) == 23


def test_indexing_again_replaces_the_asset(index: SearchEngine) -> None:
    before = index.generation()
    index.index({1: an_asset(1, "Old", "yesterday")})
    index.index({1: an_asset(1, "New", "today")})
    assert groups(index, "yesterday old") == []
    assert groups(index, "today") == [1]
    assert index.generation() != before
    index.index({1: []})
    assert groups(index, "today") == []


def test_a_rebuild_that_breaks_off_leaves_the_old_index_whole(index: SearchEngine) -> None:
    index.rebuild([(1, an_asset(1, "Breakfast", "radio"))])
    before = index.search(Asked(parse("radio"), EVERYONE))

    def breaking_off() -> Iterator[tuple[int, list[Document]]]:
        yield 2, an_asset(2, "Another", "radio breakdown")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        index.rebuild(breaking_off())
    assert index.search(Asked(parse("radio"), EVERYONE)) == before
    assert index.complete("break", within=EVERYONE).words == ("breakfast",)
    index.index({2: an_asset(2, "Another", "radio")})
    assert groups(index, "radio") == [2, 1]


def test_an_index_that_was_never_built_says_so(unbuilt: SearchEngine) -> None:
    with pytest.raises(IndexBeingRebuilt):
        unbuilt.search(Asked(parse("radio"), EVERYONE))
    with pytest.raises(IndexBeingRebuilt):
        unbuilt.index({1: an_asset(1, "One")})
    with pytest.raises(IndexBeingRebuilt):
        unbuilt.check()
    assert unbuilt.rebuild([(1, an_asset(1, "One", "radio"))]) == 2
    unbuilt.check()
    assert groups(unbuilt, "radio") == [1]


@pytest.mark.parametrize("text", ["brekfast show", "brekfast recall"])
def test_a_misspelt_word_is_replaced_by_a_near_one(index: SearchEngine, text: str) -> None:
    index.index({1: an_asset(1, "Why breakfast sells", "the show and its recall")})
    assert index.suggest(parse(text), within=EVERYONE) == text.replace("brekfast", "breakfast")
    assert index.suggest(parse("breakfast show"), within=EVERYONE) is None


@pytest.mark.parametrize("text", ["", "!!!", '"', "o'brien", "a:b & c | d ! <-> \\", "%_", "東京", "\x00x"])
def test_no_text_breaks_an_engine(index: SearchEngine, text: str) -> None:
    index.index({1: an_asset(1, "O'Brien's \\ \x00 'quoted' 100%", "東京の radio a:b & c | d")})
    index.search(Asked(parse(text), EVERYONE))
    index.suggest(parse(text), within=EVERYONE)
    assert groups(index, "o'brien") == [1]
    assert groups(index, "東京") == [1]


def test_a_very_long_page_is_found_by_its_last_words(index: SearchEngine) -> None:
    parts = [Document(1, 1, "", "filler words " * 2000 + f"end{part}", part) for part in range(3)]
    index.index({1: [Document(1, 0, "Long", ""), *parts]})
    (hit,) = index.search(Asked(parse("end2"), EVERYONE)).hits
    assert (hit.page, hit.snippet.text[-4:]) == (1, "end2")
    (hit,) = index.search(Asked(parse("filler"), EVERYONE)).hits
    assert [page.page for page in hit.pages] == [1]


def test_the_head_of_a_page_weighs_less_than_the_title_of_the_asset(index: SearchEngine) -> None:
    head = [Document(1, 0, "Something else", ""), Document(1, 1, "Breakfast", "Breakfast words.")]
    index.index(
        {1: head, 2: an_asset(2, "Breakfast", "Breakfast words."), 3: an_asset(3, "Other", "Nothing.")}
    )
    assert groups(index, "breakfast", frozenset({1, 2, 3})) == [2, 1]


def test_what_is_being_typed_is_completed_by_what_the_asker_sees(index: SearchEngine) -> None:
    index.index(
        {
            1: an_asset(1, "Breakfast radio", "morning drive and breakfast", "breaks"),
            2: an_asset(2, "Breaking even", "breakdown of morning dreams, breakfast"),
            3: an_asset(3, "Secret breaker", "breakaway morning drills"),
        }
    )
    seen = frozenset({1, 2})
    assert index.complete("break", within=seen).words == ("breakfast", "breakdown", "breaking", "breaks")
    assert index.complete("BRÉ", within=seen).groups == (2, 1)
    assert index.complete("even brea", within=seen).groups == (2,)
    # the words before say which assets the next word comes from
    assert index.complete("morning dr", within=seen).words == ("dreams", "drive")
    assert index.complete("drive in the morn", within=frozenset({2})).words == ("morning",)
    for text in ("breaka", "secret br", "secr", "dril"):
        found = index.complete(text, within=seen)
        assert 3 not in found.groups
        assert not {"breakaway", "breaker", "secret", "drills"} & set(found.words)
    assert index.complete("break", within=frozenset()) == NO_COMPLETION
    for text in ("", " ", "b", "break ", "%%", "\x00", "zzz"):
        assert index.complete(text, within=seen) == NO_COMPLETION
    assert len(index.complete("b" + "r", within=seen, limit=1).words) == 1


def test_words_of_assets_far_apart_are_counted_together_and_forgotten_with_them(index: SearchEngine) -> None:
    """Engines keep words by blocks of assets; keys at their edges, and some that nobody has."""
    keys = (1, 1023, 1024, 2047, 2048, 70_000)
    seen = frozenset({*keys, 3, 5000, 90_000})
    index.rebuild([(key, an_asset(key, f"Breakfast {key}", "breakdown of bridges")) for key in keys[:5]])
    index.index({70_000: an_asset(70_000, "Breakfast last", "breakneck breakdown")})
    assert index.complete("break", within=seen).words == ("breakdown", "breakfast", "breakneck")
    assert index.complete("breakf", within=seen).groups == keys[::-1]
    assert index.complete("breakfast 10", within=seen).groups == (1024, 1023)
    assert index.complete("last break", within=seen).words == ("breakdown", "breakfast", "breakneck")
    # a word that only hidden assets hold, of the same block and of another
    index.index({1025: an_asset(1025, "Breakwater", "breakers"), 3: an_asset(3, "Brea", "breathing")})
    assert index.complete("breakw", within=seen) == NO_COMPLETION
    assert index.complete("breathing"[:5], within=frozenset(keys)) == NO_COMPLETION
    assert index.suggest(parse("breakesr"), within=seen) is None
    assert index.suggest(parse("breakesr"), within=frozenset({1025})) == "breakers"
    index.index({70_000: [], 1024: an_asset(1024, "Other", "brittle"), 1025: []})
    assert index.complete("breakf", within=seen).groups == (2048, 2047, 1023, 1)
    assert index.complete("breakn", within=seen) == NO_COMPLETION
    assert index.suggest(parse("breakenck"), within=seen) is None
    assert index.complete("bri", within=frozenset({1024})).words == ("brittle",)


def test_a_synonym_finds_and_marks_for_a_little_less(index: SearchEngine) -> None:
    index.index({1: an_asset(1, "One", "the rate card of spring")})
    index.index({2: an_asset(2, "Two", "a price list of spring")})
    index.index({3: an_asset(3, "Three", "a list of a fair price")})
    price_list = Alternative(Term(("rate", "card")), Term(("price", "list")), "price list", 0.8)
    alike = replace(parse("rate card"), alternatives=(price_list,))
    assert groups(index, "rate card") == [1]
    found = index.search(Asked(alike, EVERYONE))
    assert found.groups == (1, 2)
    assert [part for part, is_marked in found.hits[1].snippet.pieces() if is_marked] == ["price list"]
    spring = Alternative(Term(("podcast",)), Term(("spring",)), "spring", 0.8)
    one_word = replace(parse("podcast"), alternatives=(spring,))
    assert set(index.search(Asked(one_word, EVERYONE)).groups) == {1, 2}
    assert index.search(Asked(one_word, frozenset({3}))).groups == ()


def test_without_hits_it_is_only_said_which_match(index: SearchEngine) -> None:
    index.rebuild([(group, an_asset(group, f"Asset {group}", "radio recall")) for group in range(1, 9)])
    for text in ("radio recall", '"radio recall" -zebra', "radio zebra"):
        whole = index.search(Asked(parse(text), EVERYONE), limit=3)
        which = index.search(Asked(parse(text), EVERYONE), limit=0)
        assert (which.hits, set(which.groups)) == ((), set(whole.groups))
        assert (which.page_count, which.unknown) == (whole.page_count, whole.unknown)


@pytest.mark.parametrize(
    "text", ["radio recall", '"radio recall" -zebra', "radio nowhere", "-zebra", "recal*"]
)
def test_some_of_what_was_found_answer_as_if_they_alone_had_been_asked(
    index: SearchEngine, text: str
) -> None:
    words = ("radio recall", "recall of radio", "radio zebra", "radio and recall", "recalled")
    pages = {group: [words[(group + at) % 5] for at in range(group % 3 + 1)] for group in range(1, 40)}
    index.rebuild([(group, an_asset(group, words[group % 4], *pages[group])) for group in pages])
    asked = Asked(parse(text), frozenset(range(1, 35)), {3: 0.1, 8: 0.05})
    found = index.search(asked, limit=0)
    for some in (frozenset(found.groups[::2]), frozenset(found.groups[:3]), frozenset[int]()):
        alone = index.search(replace(asked, within=some), limit=4, offset=1)
        assert found.among(some, limit=4, offset=1) == alone
        assert found.among(frozenset(found.groups), limit=9).among(some, limit=4, offset=1) == alone


def test_words_side_by_side_are_found_among_hundreds_of_pages_and_after_changes(index: SearchEngine) -> None:
    pages = [f"radio {'and ' * (number % 3)}recall" for number in range(400)]
    index.rebuild([(1, an_asset(1, "One", *pages)), (2, an_asset(2, "Two", *pages))])
    assert index.search(Asked(parse('"radio recall"'), EVERYONE)).page_count == 2 * 134
    index.index({1: an_asset(1, "One", "radio and recall"), 3: an_asset(3, "Three", "radio recall")})
    found = index.search(Asked(parse('"radio recall"'), EVERYONE))
    assert (set(found.groups), found.page_count) == ({2, 3}, 135)


def test_what_is_said_in_a_film_is_found_on_its_page_by_the_part_that_says_it(index: SearchEngine) -> None:
    said = [
        Document(1, 1, "", text, part, spoken=True) for part, text in enumerate(("hum", "zebra radio"), 1000)
    ]
    index.index({1: [*an_asset(1, "A film", "poster"), *said]})
    index.index({2: an_asset(2, "A page", "zebra radio")})
    found = index.search(Asked(parse('"zebra radio"'), EVERYONE))
    # what is written counts for a little more
    assert found.groups == (2, 1)
    film = found.hits[1]
    assert (film.page, film.snippet.text, found.page_count) == (1, "zebra radio", 2)
