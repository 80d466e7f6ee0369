"""The texts of the demo decks, slide by slide, with what the speaker says."""

from __future__ import annotations

from portal.demo.makers.decks import Deck, Slide

BREAKFAST = Deck(
    "Why breakfast radio sells",
    "Partner deck, 14 slides",
    (
        Slide(
            "One question before we start",
            quote="When do your customers decide?",
            notes="Ask it and wait. The answer is the plan.",
        ),
        Slide(
            "What the morning does that the day does not",
            figures=(("612,000", "listen in a morning"), ("47 min", "they stay"), ("68%", "listen alone")),
            body=("They plan the day while they listen.", "Hands are busy: nobody skips and nobody scrolls."),
        ),
        Slide(
            "Who is listening",
            chart=(("25 to 34", 24), ("35 to 44", 33), ("45 to 54", 25), ("55 and over", 18)),
            body=("54% are between 25 and 54.", "71% do the household's shopping."),
            source="Lark 96.4, spring survey, morning drive",
        ),
        Slide(
            "Where they are",
            chart=(("Car", 71), ("Kitchen", 19), ("Work", 10)),
            body=("Seven in ten are on the way.", "One in five writes a list at that moment."),
        ),
        Slide(
            "Morning drive: the highest recall of any daypart",
            chart=(("Morning drive", 41), ("Afternoon drive", 33), ("Midday", 27), ("Evening", 18)),
            body=(
                "Unaided recall, in %.",
                "Half the spots at breakfast did more than all of them spread out.",
            ),
            source="Larkwell brand lift study, n = 612",
            notes="This is the slide that sells. Stop here until they ask what it costs.",
        ),
        Slide(
            "From recall to the door",
            figures=(("+31%", "store visits"), ("6 weeks", "two stations"), ("+3%", "without radio")),
            body=(
                "Orchard Row Grocers, 24 stores.",
                "Same leaflets, same social budget, only radio differed.",
            ),
        ),
        Slide(
            "In their words",
            quote="We had to restock by noon.",
            source="Head of marketing, Orchard Row Grocers",
        ),
        Slide(
            "How often is enough",
            chart=(
                ("1 contact", 9),
                ("3 contacts", 24),
                ("5 contacts", 36),
                ("9 contacts", 41),
                ("12 contacts", 41),
            ),
            body=("Below three contacts little happens.", "Above nine it stops growing."),
        ),
        Slide(
            "Why voice carries it",
            body=(
                "One voice for the whole flight.",
                "The name in the first five seconds, and again at the end.",
                "A sound that belongs to the brand and to nobody else.",
            ),
        ),
        Slide(
            "What it costs",
            figures=(
                ("85", "USD, thirty seconds, Lark 96.4"),
                ("95", "Lark City 103.1"),
                ("44", "Coast 88.7"),
            ),
            body=("Gross, morning drive. Agency commission of 15% is included.",),
        ),
        Slide(
            "A first plan",
            figures=(
                ("3 × 3", "spots a morning, mornings a week"),
                ("4 weeks", "then we look at the count"),
                ("36", "spots in all"),
            ),
            body=("Two stations, one offer, one number agreed before.",),
        ),
        Slide(
            "How you will know",
            body=(
                "Visits at the door, calls, or searches: you choose one.",
                "We write the number down together before the first spot.",
                "The affidavit shows every spot, station by station, day by day.",
            ),
        ),
        Slide(
            "Next step",
            quote="Shall we take the six weeks before your quietest month?",
            notes="Two dates in your calendar before you open this deck.",
        ),
    ),
)

PODCASTS = Deck(
    "Podcast ads that people keep",
    "Partner deck, 9 slides",
    (
        Slide(
            "They chose to listen",
            figures=(
                ("58%", "hear a host-read spot to the end"),
                ("34%", "a produced one"),
                ("7 days", "until two thirds have heard it"),
            ),
        ),
        Slide(
            "Two shows",
            body=(
                "Second Kettle: how households decide. 190,000 downloads an episode.",
                "The Long Commute: on the way to work. 95,000 downloads an episode.",
            ),
        ),
        Slide(
            "What a host-read does to searches",
            chart=(("Show day", 320), ("Day after", 210), ("Day three", 150), ("A week on", 118)),
            body=("Index, an ordinary day is 100.", "Firefly Camp, six reads."),
            source="Search index, client's own data",
        ),
        Slide(
            "What it does to calls",
            chart=(("Podcast", 31), ("Branch", 28), ("Search", 12), ("Social", 7)),
            body=("Calls that became an application, in %.", "Ridgeline Credit Union."),
        ),
        Slide(
            "How it is briefed",
            body=(
                "Three facts, one story, one thing to do.",
                "The product, a week before.",
                "No script: the host writes it.",
            ),
        ),
        Slide(
            "How it is billed",
            body=(
                "On delivered impressions, filtered, by day.",
                "Never more than was booked.",
                "Restated for 15 days, then final.",
            ),
        ),
        Slide(
            "What can go wrong",
            body=(
                "The host has not tried it: listeners hear that.",
                "Prices that change: use a produced spot.",
                "Health, lending, politics: clear the words first.",
            ),
        ),
        Slide("Start with", quote="Four reads in eight weeks, one show, one spoken address."),
    ),
    colour="1F3A5F",
    shade="2C5282",
)

UPFRONT = Deck(
    "Upfront preview",
    "For gold partners, before anyone else",
    (
        Slide(
            "What opens first for you",
            figures=(("12", "sponsorships"), ("3", "stations"), ("4 weeks", "before the market")),
        ),
        Slide(
            "New in the morning",
            body=(
                "A second host in Seattle from the first Monday of the year.",
                "Traffic every eight minutes in Portland.",
                "School closings move to the full quarter hour.",
            ),
        ),
        Slide(
            "Where demand runs ahead",
            chart=(
                ("Morning, Seattle", 94),
                ("Morning, Portland", 91),
                ("Second Kettle", 83),
                ("Weekend, Salem", 47),
            ),
            body=("Sold out in % for the coming quarter.", "What is below 60 can still be combined."),
        ),
        Slide(
            "Prices you can hold",
            body=(
                "Orders signed before the preview ends keep this quarter's price.",
                "At most 20% of a station's mornings for one partner.",
            ),
        ),
        Slide(
            "What we ask of you",
            body=(
                "A first list of clients by the end of the second week.",
                "One registered deal for each sponsorship you hold.",
            ),
        ),
    ),
    colour="4A2545",
    shade="5E3559",
)

PROPOSAL = Deck(
    "Audio for [client]",
    "Proposal, [date]",
    (
        Slide(
            "What you told us",
            body=(
                "Your customers decide on [day], at [place].",
                "Your quiet time is [day or hour].",
                "The number that has to move is [visits, calls, searches].",
            ),
        ),
        Slide(
            "What we propose",
            figures=(
                ("[36]", "spots in the planning hour"),
                ("[2]", "stations"),
                ("[4] weeks", "from [date]"),
            ),
        ),
        Slide(
            "Why it should work",
            chart=(("Morning drive", 41), ("Afternoon drive", 33), ("Midday", 27), ("Evening", 18)),
            body=(
                "Unaided recall by daypart, in %.",
                "Replace with the case study of the client's industry.",
            ),
            source="Larkwell brand lift study, n = 612",
        ),
        Slide(
            "What it costs",
            body=(
                "[Gross] gross, [net] net of 15% agency commission.",
                "Spots that do not air as booked are made good in the same daypart.",
            ),
        ),
        Slide(
            "How you will know",
            body=(
                "Before the first spot we write down: [number today], [number we expect].",
                "Proof by affidavit in the week after the flight.",
            ),
        ),
    ),
    colour="12352C",
    shade="1B4A3E",
)
