"""What the demo's partners say of content and what they keep."""

from __future__ import annotations

from dataclasses import dataclass

from content.readers.reader_models import Answer
from portal.demo.channel import MARA, OWEN, SILAS

KATRIN, KENJI = "katrin@rheinblick.example", "kenji@minato.example"
IMOGEN, LUKA, JUNE = "imogen@saltmarsh.example", "luka@korvane.example", "june@hinterland.example"


@dataclass(frozen=True, slots=True)
class DemoAnswer:
    """What somebody said of the current version of an asset, so many days ago."""

    person: str
    asset: str
    answer: Answer
    days_ago: int
    note: str = ""


_USEFUL, _NOT_USEFUL, _OUT_OF_DATE = Answer

ANSWERS: tuple[DemoAnswer, ...] = (
    DemoAnswer(MARA, "orchard-row-grocers", _USEFUL, 12),
    DemoAnswer(OWEN, "orchard-row-grocers", _USEFUL, 30),
    DemoAnswer(KATRIN, "orchard-row-grocers", _USEFUL, 21),
    DemoAnswer(KENJI, "orchard-row-grocers", _USEFUL, 9),
    DemoAnswer(IMOGEN, "orchard-row-grocers", _NOT_USEFUL, 17),
    DemoAnswer(SILAS, "media-kit", _USEFUL, 5),
    DemoAnswer(OWEN, "media-kit", _USEFUL, 14),
    DemoAnswer(SILAS, "coverage-map", _OUT_OF_DATE, 6, "Coast 88.7 reaches Newport since the new mast; the map ends before it."),
    DemoAnswer(JUNE, "coverage-map", _OUT_OF_DATE, 3),
    DemoAnswer(LUKA, "creative-specifications", _OUT_OF_DATE, 11, "Podcast spots are taken at minus 16 LUFS now, not 19."),
    DemoAnswer(MARA, "creative-specifications", _USEFUL, 40),
    DemoAnswer(IMOGEN, "host-read-spots", _USEFUL, 22),
    DemoAnswer(LUKA, "host-read-spots", _NOT_USEFUL, 25),
    DemoAnswer(KATRIN, "waldkorn-baeckereien", _USEFUL, 18),
)  # fmt: skip

# person, asset, days ago
SAVED: tuple[tuple[str, str, int], ...] = (
    (MARA, "orchard-row-grocers", 12),
    (MARA, "rate-card", 20),
    (MARA, "co-op-guide", 4),
    (SILAS, "brokers-call-script", 8),
    (SILAS, "media-kit", 5),
)
