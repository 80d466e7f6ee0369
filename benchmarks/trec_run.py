"""One run of a TREC collection: imported as assets, asked by the API, beside the bare engine.

Arguments: database url, folder of the collection. The nDCG@10 are told as counts, in ten thousandths.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.bare_search import bare_engine
from benchmarks.harness import Measured
from benchmarks.library_world import Text, a_partner, fill
from benchmarks.search_run import services_of
from benchmarks.trec import DEPTH, Collection, collection_in, ndcg
from content.finding.indexing import rebuild
from portal.kernel.db import transaction

# how many words a heading may have, where a document comes without one
_HEADING = 12


def run(url: str, folder: Path) -> Measured:
    collection = collection_in(folder)
    # a ref is the document's place, since a name may be longer than a ref
    names = {f"d{number}": document.name for number, document in enumerate(collection.documents)}
    texts = [
        _text(ref, document.title, document.text)
        for ref, document in zip(names, collection.documents, strict=True)
    ]
    with services_of(url) as services:
        with transaction(services.sessions) as session:
            fill(session, texts)
        rebuild(services.sessions, services.search)
        browser, key = a_partner(services)

        def ours(asked: str) -> list[str]:
            answer = browser.get("/api/v1/search", query_string={"q": asked, "limit": DEPTH}, headers=key)
            return [names[item["ref"]] for item in answer.get_json()["items"]]

        bare = bare_engine(url, services.settings.data_dir / "bare")
        bare.index((document.name, document.title, document.text) for document in collection.documents)
        found = {"ours": ours, "bare": lambda asked: bare.search(asked, DEPTH)}
        counts = {name: round(10_000 * _mean(collection, search)) for name, search in found.items()}
    sizes = {"documents": len(collection.documents), "topics": len(collection.judged_topics)}
    return Measured(counts=sizes | counts)


def _text(ref: str, title: str, text: str) -> Text:
    return Text(ref, title or " ".join(text.split()[:_HEADING]) or ref, (text,))


def _mean(collection: Collection, search: Callable[[str], list[str]]) -> float:
    """Over the topics that have judgements."""
    judged = collection.judged_topics
    found = (ndcg(search(collection.topics[number]), collection.judgements[number]) for number in judged)
    return sum(found) / len(judged)


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2])).tell()
