"""A collection in TREC form is read as it is written, and judged as trec_eval judges."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from benchmarks.trec import collection_in, ndcg
from benchmarks.trec_run import run

DOCUMENTS = """
<DOC><DOCNO> WX-1 </DOCNO><TITLE>Morning drive</TITLE>
<TEXT>Listeners recalled the spots of the breakfast show.</TEXT></DOC>
<DOC>
<DOCNO>WX-2</DOCNO>
<HEADLINE>Evening podcasts</HEADLINE>
<TEXT>A <b>podcast</b> at night.</TEXT>
</DOC>
<DOC><DOCNO>WX-3</DOCNO><TEXT>Rates of stations -- by the spot.</TEXT></DOC>
"""
TOPICS = """
<top>
<num> Number: 001
<title> breakfast listeners' recall
<desc> Description:
Nobody reads this.
</top>
<top><num>2</num><title>"podcast" -night</title></top>
<top><num>3</num><title>never judged</title></top>
"""
QRELS = "1 0 WX-1 2\n1 0 WX-3 0\n\n2 0 WX-2 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "documents.trec.gz").write_bytes(gzip.compress(DOCUMENTS.encode()))
    (tmp_path / "topics.txt").write_text(TOPICS)
    (tmp_path / "qrels.txt").write_text(QRELS)
    return tmp_path


def test_a_collection_is_read_without_its_markup(folder: Path) -> None:
    found = collection_in(folder)
    assert [(one.name, one.title) for one in found.documents] == [
        ("WX-1", "Morning drive"),
        ("WX-2", "Evening podcasts"),
        ("WX-3", ""),
    ]
    assert found.documents[1].text == "A podcast at night."
    # no topic orders anything of a query language
    assert found.topics == {"1": "breakfast listeners' recall", "2": "podcast night", "3": "never judged"}
    assert found.judgements == {"1": {"WX-1": 2}, "2": {"WX-2": 1}}
    assert found.judged_topics == ["1", "2"]


def test_a_folder_without_judgements_is_refused(folder: Path) -> None:
    (folder / "qrels.txt").write_text("9 0 WX-1 1\n")
    with pytest.raises(ValueError, match="no judged topics"):
        collection_in(folder)


@pytest.mark.parametrize(
    ("ranking", "judged", "expected"),
    [
        (["a", "b"], {"a": 1, "b": 1}, 1.0),
        (["x", "a"], {"a": 1}, 0.6309),
        # 3 + 2/log2(3) + 0 + 1/log2(5) of 3 + 2/log2(3) + 1/2
        (["a", "b", "x", "c"], {"a": 3, "b": 2, "c": 1}, 0.9854),
        (["x"] * 10 + ["a"], {"a": 1}, 0.0),
        ([], {"a": 1}, 0.0),
    ],
)
def test_ndcg_at_10_is_that_of_trec_eval(ranking: list[str], judged: dict[str, int], expected: float) -> None:
    assert ndcg(ranking, judged) == pytest.approx(expected, abs=0.0001)


def test_the_portal_and_the_bare_engine_are_asked_the_same(folder: Path, tmp_path: Path) -> None:
    measured = run(f"sqlite:///{tmp_path / 'bench.db'}", folder)
    assert measured.counts == {"documents": 3, "topics": 2, "ours": 10_000, "bare": 10_000}
