"""The demo's buyers: accounts with the people there, and what partners logged with them."""

from __future__ import annotations

from dataclasses import dataclass

from partners.account_models import InteractionKind, JourneyStage, Touchpoint
from portal.demo.channel import MARA, SILAS

KATRIN, KENJI, IMOGEN = "katrin@rheinblick.example", "kenji@minato.example", "imogen@saltmarsh.example"
LUKA, JUNE = "luka@korvane.example", "june@hinterland.example"


@dataclass(frozen=True, slots=True)
class Talk:
    """An interaction `days_ago`, or `on` a (month, day) of the almanac where it follows an order, at an hour
    (UTC); `shown` are refs of assets.
    """

    days_ago: int
    hour: int
    kind: InteractionKind
    people: str
    note: str
    stage: JourneyStage
    minutes: int | None = None
    touchpoint: Touchpoint | None = None
    shown: tuple[str, ...] = ()
    on: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class DemoAccount:
    partner: str
    name: str
    industry: str
    city: str
    website: str
    contacts: tuple[tuple[str, str], ...]
    talks: tuple[Talk, ...] = ()


_CALL, _MEETING, _MAIL = InteractionKind.CALL, InteractionKind.MEETING, InteractionKind.MAIL
_VISIT, _SHOWN, _COMPLAINT = (
    InteractionKind.STORE_VISIT,
    InteractionKind.CONTENT_SHOWN,
    InteractionKind.COMPLAINT,
)
_EXPLORE, _EVALUATE = JourneyStage.EXPLORE, JourneyStage.EVALUATE
_ENGAGE, _EXPERIENCE = JourneyStage.ENGAGE, JourneyStage.EXPERIENCE

ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount(
        MARA, "Cobbler & Pine Furniture", "Retail, 9 stores", "Portland", "cobblerpine.example",
        (("Dele Adeyinka", "Head of marketing"), ("Ingrid Solheim", "Owner"), ("Bram Oyelaran", "Store manager, Division Street")),
        (
            Talk(1, 23, _MAIL, "Dele Adeyinka, Ingrid Solheim", "Sent Orchard Row with one line: page 3 is your Thursday.", _EVALUATE, shown=("orchard-row-grocers",)),
            Talk(7, 18, _CALL, "Dele Adeyinka", "“The traffic spots moved our Saturdays, and for once the report was clear.” Would recommend us, 9 of 10.", _EXPERIENCE, 12, on=(0, 3)),
            Talk(18, 17, _MEETING, "Dele Adeyinka, Bram Oyelaran", "Wants Thursdays and Saturdays from next quarter. Asked what half the budget on breakfast would do.", _EVALUATE, 45, Touchpoint.STORE, ("media-kit", "rate-card")),
            Talk(40, 19, _CALL, "Ingrid Solheim", "Two spots short at the end of the flight; explained the make-good. She is fine with the same hour.", _EXPERIENCE, 9, shown=("make-goods-explained",), on=(0, 2)),
            Talk(74, 16, _MEETING, "Dele Adeyinka, Ingrid Solheim", "Signed 120 spots in morning drive and 180,000 impressions in Second Kettle.", _ENGAGE, 60, shown=("rate-card", "reach-planner"), on=(-2, 14)),
            Talk(96, 18, _SHOWN, "Dele Adeyinka", "First meeting. Page 3 did it; she asked for the plan on page 7.", _EXPLORE, 30, Touchpoint.MEETING, ("orchard-row-grocers", "breakfast-in-numbers"), on=(-3, 20)),
        ),
    ),
    DemoAccount(
        MARA, "Quillon Insurance", "Finance", "Seattle", "quillon.example",
        (("Sunniva Rask", "Marketing lead"), ("Theodor Lunt", "Media buyer")),
        (
            Talk(6, 20, _MAIL, "Sunniva Rask", "Sent the media kit. Not answered yet.", _EVALUATE, shown=("media-kit",)),
            Talk(26, 17, _CALL, "Theodor Lunt", "Asked about podcasts beyond The Long Commute, and how a host-read is cleared.", _EVALUATE, 20, shown=("host-read-spots", "ridgeline-credit-union")),
            Talk(68, 21, _MEETING, "Sunniva Rask, Theodor Lunt", "Wants calls, not clicks. Agreed to count calls by source.", _EXPLORE, 50, shown=("podcast-ads-that-people-keep",)),
        ),
    ),
    DemoAccount(
        MARA, "Marlow Dental Group", "Health, 6 practices", "Portland", "marlowdental.example",
        (("Priscilla Marlow", "Owner"), ("Gus Arrieta", "Practice manager")),
        (
            Talk(4, 16, _CALL, "Gus Arrieta", "Recall by mail leaves chairs empty on Tuesdays. Offer by Friday.", _EVALUATE, 14, shown=("bluethorn-pharmacies",)),
            Talk(52, 18, _VISIT, "Priscilla Marlow", "Looked at the waiting room together. Seven minutes is true there as well.", _EXPLORE, 35, Touchpoint.STORE),
        ),
    ),
    DemoAccount(
        MARA, "Tamsin Garden Centers", "Home and garden", "Salem", "tamsingarden.example",
        (("Rosalind Tamsin", "Owner"), ("Wendell Okoro", "Marketing")),
        (
            Talk(11, 17, _CALL, "Wendell Okoro", "Pleased with Coast in the morning. Wants to pause in winter: showed the curve.", _EXPERIENCE, 18, shown=("veldt-outdoor",)),
            Talk(33, 19, _COMPLAINT, "Rosalind Tamsin", "Count of the month before went down by three spots after the invoice. Explained the restatement, she got the affidavit.", _EXPERIENCE, 16, on=(-1, 21)),
        ),
    ),
    DemoAccount(MARA, "Northgate Ferry Line", "Travel", "Seattle", "northgateferry.example", (("Ilse Brandvold", "Managing director"),),
        (Talk(15, 18, _MEETING, "Ilse Brandvold", "Fridays sell out, Mondays do not. Asked for Coast on top.", _ENGAGE, 40, shown=("coverage-map",)),)),
    DemoAccount(MARA, "Harrow Street Outfitters", "Retail", "Seattle", "harrowstreet.example", (("Jem Harrow", "Owner"),),
        (Talk(21, 19, _SHOWN, "Jem Harrow", "Veldt is their rival and their best argument.", _EVALUATE, 25, Touchpoint.MEETING, ("veldt-outdoor",)),)),
    DemoAccount(SILAS, "Gable & Finch Hardware", "Home and garden", "Tacoma", "gablefinch.example", (("Tom Haverkamp", "Owner"), ("Lise Finch", "Buying")),
        (
            Talk(5, 18, _MAIL, "Tom Haverkamp", "Sent Orchard Row, he read four pages.", _EVALUATE, shown=("orchard-row-grocers",)),
            Talk(29, 20, _CALL, "Lise Finch", "Starter package for the second store.", _ENGAGE, 11, shown=("starter-packages",)),
        )),
    DemoAccount(SILAS, "Sable Creek Brewing", "Food", "Olympia", "sablecreek.example", (("Noor Castell", "Taproom"),),
        (Talk(13, 22, _VISIT, "Noor Castell", "Tasting on Thursdays. Weekend spots in Seattle first.", _EXPLORE, 30, Touchpoint.STORE, ("breakfast-in-numbers",)),)),
    DemoAccount(KATRIN, "Waldkorn Bäckereien", "Handel", "Köln", "waldkorn.example", (("Jonas Wieland", "Marketing"),),
        (Talk(2, 9, _CALL, "Jonas Wieland", "Verlängert um sechs Wochen, mehr Samstag.", _EXPERIENCE, 22, shown=("waldkorn-baeckereien",)),)),
    DemoAccount(KATRIN, "Norrby Optik", "Gesundheit", "Hamburg", "norrby.example", (("Petra Lindqvist", "Geschäftsführung"),),
        (Talk(7, 14, _MAIL, "Petra Lindqvist", "Fallstudie geschickt, Rückfrage zur Messung.", _EVALUATE, shown=("orchard-row-grocers",)),)),
    DemoAccount(KENJI, "Aoba Living", "Home and garden", "Osaka", "aoba-living.example", (("Haruki Tanabe", "Brand manager"),),
        (Talk(3, 2, _MEETING, "Haruki Tanabe", "Read all eight pages twice. Wants the Seattle stations for the new catalogue.", _EVALUATE, 45, shown=("orchard-row-grocers", "media-kit")),)),
    DemoAccount(IMOGEN, "Bluethorn Pharmacies", "Health, 12 stores", "Baltimore", "bluethorn.example", (("Mirela Costin", "Marketing lead"),),
        (Talk(6, 15, _CALL, "Mirela Costin", "Wants the same plan for allergy season.", _ENGAGE, 17),)),
    DemoAccount(LUKA, "Almeira Reisen", "Travel", "Wien", "almeira.example", (("Vera Almeira", "Inhaberin"),),
        (Talk(24, 12, _CALL, "Vera Almeira", "Herbstreisen, zwei Folgen The Long Commute.", _ENGAGE, 13),)),
    DemoAccount(JUNE, "Ridge County Feed", "Retail", "Albany", "ridgecountyfeed.example", (("Hank Dorsey", "Owner"),),
        (Talk(31, 16, _VISIT, "Hank Dorsey", "Listens to us in the truck. Run of schedule, small.", _EXPLORE, 20, Touchpoint.STORE),)),
)  # fmt: skip
