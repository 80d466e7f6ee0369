"""Languages, fields, beginnings of words and typing mistakes: what both engines make of a question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search.asking import Answer, ask
from search.documents import Document
from search.engine import Asked, SearchEngine
from search.queries import Query, parse
from tests.search.conftest import an_asset
from tests.search.test_engines import EVERYONE, groups


def answered(
    engine: SearchEngine, text: str, within: frozenset[int] = EVERYONE, languages: tuple[str, ...] = ("en",)
) -> Answer:
    def read(meant: str) -> Query:
        return parse(meant, languages)

    return ask(engine, Asked(read(text), within), read, limit=20)


STEMMED = [
    ("en", "Stations recalled campaigns", ("station", "recalling", "campaign")),
    ("de", "Die Preislisten der Häuser", ("preisliste", "HAUS", "hauser")),
    ("fr", "Les publicités générales", ("publicité", "general", "PUBLICITE")),
    ("es", "Las canciones y campañas", ("canción", "campana", "cancion")),
    ("it", "Le campagne pubblicitarie", ("campagna", "pubblicitario")),
]


def test_words_are_stemmed_by_the_language_of_the_asset(index: SearchEngine) -> None:
    languages = tuple(language for language, _text, _asked in STEMMED)
    for group, (language, text, _asked) in enumerate(STEMMED, start=1):
        index.index(
            {
                group: [
                    Document(group, 0, "", "", language=language),
                    Document(group, 1, "", text, language=language),
                ]
            }
        )
    for group, (_language, text, typed) in enumerate(STEMMED, start=1):
        for word in typed:
            answer = answered(index, word, languages=languages)
            assert group in answer.found.groups, word
            assert answer.found.hits[0].snippet.ranges, word
        assert group in answered(index, f'"{text}"', languages=languages).found.groups
        assert group not in answered(index, f"-{typed[0]}", languages=languages).found.groups
    # words that tell nothing in one of the languages are left out
    assert parse("die Preisliste", ("en", "de")).words == parse("Preisliste", ("en", "de")).words


def test_each_field_has_a_weight_of_its_own(index: SearchEngine) -> None:
    pages = {
        "spoken": Document(1, 1, "", "breakfast", spoken=True),
        "written": Document(2, 1, "", "breakfast"),
    }
    index.index({1: [Document(1, 0, "", ""), pages["spoken"]], 2: [Document(2, 0, "", ""), pages["written"]]})
    index.index({3: [Document(3, 0, "", "", guidance="For the breakfast of a buyer.")]})
    index.index({4: [Document(4, 0, "", "Breakfast and more.")]})
    index.index({5: [Document(5, 0, "", "", tags="Deck, Breakfast")]})
    index.index({6: [Document(6, 0, "Breakfast", "")]})
    index.index({7: [Document(7, 0, "", "Other words", tags="Other")]})
    order = groups(index, "breakfast", frozenset(range(1, 8)))
    assert order[:3] == [6, 5, 4]
    assert order.index(2) < order.index(1)
    assert set(order) == {1, 2, 3, 4, 5, 6}
    (hit,) = index.search(Asked(parse('"breakfast of a buyer"'), EVERYONE)).hits
    assert (hit.page, "breakfast of a buyer" in hit.snippet.text) == (0, True)


def test_a_word_that_is_still_being_typed_stands_for_what_it_begins(index: SearchEngine) -> None:
    index.index({1: an_asset(1, "One", "breakfast in town"), 2: an_asset(2, "Two", "town hall")})
    index.index({3: an_asset(3, "Three", "breakdance")})
    seen = frozenset({1, 2})
    assert answered(index, "town breakf", seen).found.groups == (1, 2)
    assert answered(index, "breakf", seen).suggestion is None
    assert answered(index, "break*", seen).found.groups == (1,)
    assert set(answered(index, "break*").found.groups) == {1, 3}
    # a word that is known as it is does not stand for longer ones
    assert answered(index, "town").found.groups == (2, 1)
    assert answered(index, "breakf ", seen).found.groups == ()


def test_typing_mistakes_are_forgiven_and_it_is_said(index: SearchEngine) -> None:
    index.index({1: an_asset(1, "Why breakfast sells", "the show and its recall")})
    index.index({2: an_asset(2, "Hidden", "breakfasts of zanzibar")})
    seen = frozenset({1})
    for text in ("brekfast", "braekfast", "rbeakfast", "breakfsat"):
        answer = answered(index, text, seen)
        assert (answer.found.groups, answer.suggestion, answer.is_corrected) == ((1,), "breakfast", True), (
            text
        )
    # something was found: what was meant is asked, not taken
    answer = answered(index, "brekfast show", seen)
    assert (answer.found.groups, answer.suggestion, answer.is_corrected) == ((1,), "breakfast show", False)
    nothing = answered(index, "zanzibra", seen)
    assert (nothing.found.groups, nothing.suggestion) == ((), None)


def test_what_a_group_has_proved_counts_a_little(index: SearchEngine) -> None:
    index.rebuild([(group, an_asset(group, f"Asset {group}", "radio")) for group in (1, 2, 3)])
    index.index({4: an_asset(4, "Radio", "radio radio radio")})
    asked = Asked(parse("radio"), EVERYONE, {1: 0.1, 2: 0.05, 99: 0.2})
    found = index.search(asked)
    assert found.groups == (4, 1, 2, 3)
    scores = {hit.group: (hit.score, hit.text_score) for hit in found.hits}
    assert scores[1][0] == pytest.approx(scores[1][1] * 1.1)
    assert scores[3][0] == scores[3][1] == pytest.approx(scores[1][1])


def test_the_old_index_answers_until_the_new_one_is_built(index: SearchEngine) -> None:
    index.rebuild([(group, an_asset(group, f"Asset {group}", "radio")) for group in (1, 2, 3)])
    seen = []

    def slowly() -> Iterator[tuple[int, list[Document]]]:
        yield 4, an_asset(4, "Another", "radio")
        seen.append((groups(index, "radio"), index.complete("rad", within=EVERYONE).words))

    before = index.generation()
    assert index.rebuild(slowly()) == 2
    assert seen == [([3, 2, 1], ("radio",))]
    assert groups(index, "radio") == [4]
    assert index.generation() > before


JOINED = [("ratecard", "rate card"), ("MediaKit", "media kit"), ("radiowerbung", "radio werbung")]


@pytest.mark.parametrize(("typed", "meant"), JOINED)
def test_two_words_that_were_written_as_one_are_found(index: SearchEngine, typed: str, meant: str) -> None:
    index.index({1: an_asset(1, "The rate card", "a media kit, and Radio Werbung")})
    answer = answered(index, typed, languages=("en", "de"))
    assert (answer.suggestion, answer.is_corrected, answer.found.groups) == (meant, True, (1,))


def test_a_word_is_not_parted_into_what_stands_apart_or_is_not_for_the_asker(index: SearchEngine) -> None:
    index.index({1: an_asset(1, "Rate", "a card of another kind"), 2: an_asset(2, "Gold", "the rate card")})
    for text in ("ratecard", "cardrate"):
        answer = answered(index, text, frozenset({1}))
        assert (answer.suggestion, answer.found.groups) == (None, ())
    assert answered(index, "ratecard").suggestion == "rate card"
