"""The files of the story: a case study, a deck, and two months of trade in two currencies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import typst
from pptx import Presentation

PHRASE = "lanterns over the quiet harbour"
PAGES = (
    "A grocer that was heard. How radio filled twelve shops in a spring.",
    "The plan: two stations, mornings and evenings, eight weeks.",
    f"What listeners remembered were the {PHRASE}, named without help by four in ten.",
    "What it cost, and what it brought.",
)
SLIDES = ("Summer packages", "Reach in the morning drive", "Rates until August")


def case_study(folder: Path) -> Path:
    """A PDF of four pages; PHRASE stands on its third only."""
    source, made = folder / "case.typ", folder / "Orchard Row case study.pdf"
    source.write_text("#pagebreak()\n".join(f"{page}\n" for page in PAGES), encoding="utf-8")
    typst.compile(str(source), output=str(made))
    return made


def deck(folder: Path) -> Path:
    """A PPTX of three slides."""
    presentation = Presentation()
    for title in SLIDES:
        slide = presentation.slides.add_slide(presentation.slide_layouts[5])
        slide.shapes.title.text = title
    made = folder / "Summer packages.pptx"
    presentation.save(str(made))
    return made


@dataclass(frozen=True, slots=True)
class Months:
    """Two months that are over, and whose facts are final, whatever today is."""

    first: date
    second: date

    @classmethod
    def before(cls, today: date) -> Months:
        this = today.replace(day=1)
        second = (this - timedelta(days=32)).replace(day=1)
        return cls((second - timedelta(days=1)).replace(day=1), second)

    @property
    def refs(self) -> tuple[str, str]:
        return self.first.isoformat()[:7], self.second.isoformat()[:7]


class Trade:
    """Partners, a plan, orders and what was delivered, as the files that finance has."""

    def __init__(self, folder: Path, months: Months) -> None:
        self._folder = folder
        self._months = months

    def partners(self) -> Path:
        return self._csv(
            "partners",
            "partner_ref,name,type,tier,region,valid_from",
            "TIDE,Tidewell Media,reseller,gold,na,2024-01-01",
            "MINATO,Minato Sound Agency,reseller,silver,apac,2024-01-01",
        )

    def plan(self) -> Path:
        plan = {
            "plan": "standard-reseller",
            "payable_when": "delivered",
            "components": [{"name": "base", "kind": "percent", "percent": "10"}],
        }
        path = self._folder / "plan.json"
        path.write_text(json.dumps(plan), encoding="utf-8")
        return path

    def orders(self) -> Path:
        signed = self._months.first - timedelta(days=20)
        flight = f"{self._months.first},{self._months.second - timedelta(days=1)}"
        return self._csv(
            "orders",
            "order_ref,signed_on,partner_ref,advertiser,agency_percent,currency,line_ref,station,product,"
            "first_day,last_day,pricing,rate,booked_units",
            f"IO-1,{signed},TIDE,Orchard Row Grocers,15,USD,IO-1-1,WXYZ-FM,radio,{flight},per_spot,50.00,100",
            f"IO-1,{signed},TIDE,Orchard Row Grocers,15,USD,IO-1-2,KLMN-FM,radio,{flight},per_spot,20.00,50",
            f"IO-2,{signed},MINATO,Kobe Ferries,0,JPY,IO-2-1,WXYZ-FM,radio,{flight},per_spot,5000,20",
        )

    def deliveries(self) -> Path:
        """IO-1-1 falls short by 10, IO-1-2 is over by 10, and nobody knows the line GHOST."""
        day = self._months.first + timedelta(days=4)
        return self._csv(
            "deliveries",
            "line_ref,service_date,units,revision",
            f"IO-1-1,{day},90,1",
            f"IO-1-2,{day},60,1",
            f"IO-2-1,{day},20,1",
            f"GHOST,{day},5,1",
        )

    def invoices(self) -> Path:
        issued = self._months.second
        return self._csv(
            "invoices",
            "invoice_ref,kind,issued_on,line_ref,units,net,currency",
            f"INV-1,invoice,{issued},IO-1-1,90,3825.00,USD",
            f"INV-1,invoice,{issued},IO-1-2,50,850.00,USD",
            f"INV-2,invoice,{issued},IO-2-1,20,100000,JPY",
        )

    def restatement(self, units: int, *, revision: int) -> Path:
        """IO-1-1 was counted again."""
        day = self._months.first + timedelta(days=4)
        return self._csv(
            f"restated-{revision}",
            "line_ref,service_date,units,revision",
            f"IO-1-1,{day},{units},{revision}",
        )

    def _csv(self, name: str, *lines: str) -> Path:
        path = self._folder / f"{name}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path
