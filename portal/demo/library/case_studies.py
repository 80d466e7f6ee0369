"""Case studies: proof by industry."""

from __future__ import annotations

from content.assets.models import AssetKind
from portal.demo.library.shape import PRIYA, DemoAsset, Edition, typeset

CASE_STUDIES: tuple[DemoAsset, ...] = (
    DemoAsset(
        ref="orchard-row-grocers",
        title="Orchard Row Grocers: +31% store visits from morning drive",
        kind=AssetKind.CASE_STUDY,
        file_name="orchard-row-grocers.pdf",
        summary="A regional grocer moved half of its spots into the hour in which people write the shopping "
        "list. Recall 41%, store visits up by 31% in six weeks.",
        audience="all",
        make=typeset("orchard-row-grocers"),
        editions=(
            Edition(171, "First edition"),
            Edition(120, "Control group added on page 4"),
            Edition(75, "Quote of the client on page 6"),
            Edition(43, "Recall by daypart from the second study"),
        ),
        stages="Evaluate",
        personas="Marketing lead;Owner",
        industries="Retail",
        products="Radio",
        verified=7,
        opened=760,
        when_to_use="After the first meeting, when a retailer asks whether radio moves people into the store. "
        "Strong with marketing leads at Evaluate (ZMOT to FMOT).",
        talk_track="Ask: “When do your customers plan the week's shopping?”\n"
        "Show: 41% recall in morning drive, 27% at midday (page 3).\n"
        "Land: “Half the spots, placed at breakfast, did more.”\n"
        "If they say “We already buy social”: so did Orchard Row. Page 4: the control group had the same "
        "social spend.\n"
        "If they say “612 people is a small sample”: page 5 shows two more counts, at the door and at the till.",
        do_not_say="“Radio made 31% more sales”: it was store visits, sales were not measured.\n"
        "The client's name in a published quote without asking Larkwell first.",
    ),
    DemoAsset(
        ref="veldt-outdoor",
        title="Veldt Outdoor: recall holds for nine weeks",
        kind=AssetKind.CASE_STUDY,
        file_name="veldt-outdoor.pdf",
        summary="An outfitter stopped advertising on purpose and kept asking: nine weeks after the last spot "
        "22% still name the brand, twice as many as before the first.",
        audience="all",
        make=typeset("veldt-outdoor"),
        editions=(Edition(160, "First edition"), Edition(88, "Sales by product line")),
        stages="Evaluate;Experience",
        personas="Marketing lead",
        industries="Retail;Travel",
        products="Radio;Podcast",
        verified=140,
        review_in=-6,
        opened=240,
        when_to_use="When a client believes that radio is forgotten the day after, or asks for a break.",
        talk_track="Ask: “How long did people remember your last campaign?”\n"
        "Show: the curve on page 2.\n"
        "Land: “Seven weeks on, nine off. The pause pays for the third station.”",
    ),
    DemoAsset(
        ref="bluethorn-pharmacies",
        title="Bluethorn Pharmacies: 2,100 flu shots in three weeks",
        kind=AssetKind.CASE_STUDY,
        file_name="bluethorn-pharmacies.pdf",
        summary="Twelve pharmacies said one thing, seven minutes, in afternoon drive. Half of the "
        "appointments came within three hours of the spot.",
        audience="all",
        make=typeset("bluethorn-pharmacies"),
        editions=(Edition(132),),
        stages="Evaluate",
        personas="Marketing lead;Owner",
        industries="Health",
        products="Radio;Podcast",
        owner=PRIYA,
        verified=24,
        opened=130,
        when_to_use="For dentists, opticians, clinics and pharmacies who think that nobody acts on a spot.",
        talk_track="Ask: “What do people believe about waiting at your place?”\n"
        "Show: 52% of walk-ins between four and seven (page 2).\n"
        "Land: “Say how long it takes, in minutes.”",
    ),
    DemoAsset(
        ref="ridgeline-credit-union",
        title="Ridgeline Credit Union: +18% calls for a first home loan",
        kind=AssetKind.CASE_STUDY,
        file_name="ridgeline-credit-union.pdf",
        summary="Two podcast hosts explained a mortgage for eight weeks. Fewer calls than from search, and "
        "two and a half times as many applications from each.",
        audience="all",
        make=typeset("ridgeline-credit-union"),
        editions=(Edition(118),),
        stages="Evaluate;Engage",
        personas="Marketing lead",
        industries="Finance",
        products="Podcast",
        owner=PRIYA,
        verified=51,
        opened=96,
        when_to_use="For banks, insurers and anything that people are afraid to get wrong.",
        talk_track="Ask: “Do you want more calls, or better ones?”\n"
        "Show: 31% of podcast calls became an application (page 2).\n"
        "Land: “A voice that explains beats a price that shouts.”",
    ),
    DemoAsset(
        ref="sundial-motors",
        title="Sundial Motors: forty test drives by Friday",
        kind=AssetKind.CASE_STUDY,
        file_name="sundial-motors.pdf",
        summary="Four mornings, one host and four cars. Forty test drives and nine cars sold in the last "
        "week of a quarter.",
        audience="category:auto",
        make=typeset("sundial-motors"),
        editions=(Edition(101),),
        stages="Explore;Evaluate",
        personas="Owner",
        industries="Automotive",
        products="Radio",
        verified=33,
        opened=74,
        when_to_use="For dealers with a target and little time.",
        talk_track="Ask: “What has to happen by the end of the month?”\nShow: bookings by day on page 2.",
    ),
    DemoAsset(
        ref="firefly-camp",
        title="Firefly Camp: a summer booked out by April",
        kind=AssetKind.CASE_STUDY,
        file_name="firefly-camp.pdf",
        summary="Two hosts went to a family camp with their children and talked about the mosquitoes too. "
        "Brand searches rose 3.2 times on show days.",
        audience="all",
        make=typeset("firefly-camp"),
        editions=(Edition(94),),
        stages="Explore",
        personas="Owner;Marketing lead",
        industries="Travel",
        products="Podcast",
        owner=PRIYA,
        verified=62,
        opened=58,
        when_to_use="When a client doubts that a host may criticise the product.",
    ),
    DemoAsset(
        ref="waldkorn-baeckereien",
        title="Waldkorn Bäckereien: samstags um zehn ausverkauft",
        kind=AssetKind.CASE_STUDY,
        file_name="waldkorn-baeckereien.pdf",
        summary="Eine Bäckereikette nannte im Spot eine Uhrzeit statt eines Preises: 22 % mehr Umsatz am "
        "Samstag.",
        audience="region:emea",
        make=typeset("waldkorn-baeckereien"),
        editions=(Edition(83),),
        stages="Evaluate",
        personas="Marketing lead",
        industries="Retail;Food",
        products="Podcast;Radio",
        language="de",
        owner=PRIYA,
        verified=40,
        opened=66,
        when_to_use="Für Handel und Gastronomie im deutschsprachigen Raum.",
    ),
)
