"""A domain: what a made-up table is about, its columns, and the second table that it can be joined with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["label", "date", "later", "category", "key", "whole", "money"]
"""label: the row's own name. later: a date some days after the first one. key: leads to the second table."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `words` are a category's values, or a label's prefix; `low` to `high` is the range of a number.

    `unit` stands in brackets after the name in the file; `asked_in` is a larger unit, `per` of the smaller one.
    """

    name: str
    kind: Kind
    words: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    unit: str = ""
    asked_in: str = ""
    per: int = 1

    @property
    def header(self) -> str:
        return f"{self.name} ({self.unit})" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Domain:
    """A table of `things` in `file`, and the `others` that its key column leads to, in `other_file`."""

    things: str
    file: str
    columns: tuple[Column, ...]
    other_file: str
    others: tuple[Column, ...]


def _label(name: str, prefix: str) -> Column:
    return Column(name, "label", (prefix,))


DOMAINS: tuple[Domain, ...] = (
    Domain(
        "orders",
        "orders",
        (
            _label("Order no", "A-"),
            Column("Order date", "date"),
            Column("Customer no", "key", ("C",)),
            Column("Region", "category", ("North", "South", "East", "West")),
            Column("Status", "category", ("Delivered", "Cancelled", "Open", "Returned")),
            Column("Quantity", "whole", low=1, high=40),
            Column("Unit price", "money", low=300, high=9500),
            Column("Shipping cost", "money", low=250, high=2900),
        ),
        "customers",
        (
            Column("Customer no", "key", ("C",)),
            Column("Segment", "category", ("Retail", "Wholesale", "Public")),
            Column("Country", "category", ("Norway", "Spain", "Austria", "Ireland")),
        ),
    ),
    Domain(
        "shipments",
        "shipments",
        (
            _label("Shipment no", "SH"),
            Column("Dispatch date", "date"),
            Column("Arrival date", "later"),
            Column("Carrier code", "key", ("K",)),
            Column("Destination", "category", ("Lyon", "Porto", "Gdansk", "Turin", "Malmo")),
            Column("Service", "category", ("Express", "Standard", "Economy")),
            Column("Weight", "whole", low=40, high=2400, unit="kg", asked_in="tonnes", per=1000),
            Column("Freight charge", "money", low=1200, high=48000),
        ),
        "carriers",
        (
            Column("Carrier code", "key", ("K",)),
            Column("Transport mode", "category", ("Road", "Rail", "Sea")),
            Column("Contract type", "category", ("Annual", "Spot")),
        ),
    ),
    Domain(
        "readings",
        "readings",
        (
            _label("Reading no", "R"),
            Column("Sampling date", "date"),
            Column("Station code", "key", ("ST",)),
            Column("Quality", "category", ("Good", "Doubtful", "Missing")),
            Column("Observer", "category", ("Ines", "Tomas", "Greta", "Yusuf")),
            Column("Flow", "whole", low=300, high=9800, unit="litres", asked_in="cubic metres", per=1000),
            Column("Turbidity", "whole", low=2, high=90),
        ),
        "stations",
        (
            Column("Station code", "key", ("ST",)),
            Column("River", "category", ("Arno", "Drava", "Morava", "Neretva")),
            Column("Altitude class", "category", ("Upland", "Lowland")),
        ),
    ),
    Domain(
        "shifts",
        "shifts",
        (
            _label("Shift no", "W"),
            Column("Work date", "date"),
            Column("Employee no", "key", ("E",)),
            Column("Site", "category", ("Harbour", "Depot", "Workshop", "Office")),
            Column("Shift type", "category", ("Early", "Late", "Night")),
            Column("Duration", "whole", low=180, high=640, unit="minutes", asked_in="hours", per=60),
            Column("Bonus", "money", low=100, high=6400),
        ),
        "employees",
        (
            Column("Employee no", "key", ("E",)),
            Column("Department", "category", ("Logistics", "Repairs", "Planning", "Security")),
            Column("Grade", "category", ("Junior", "Senior")),
        ),
    ),
    Domain(
        "loans",
        "loans",
        (
            _label("Loan no", "L-"),
            Column("Lending date", "date"),
            Column("Return date", "later"),
            Column("Member no", "key", ("M",)),
            Column("Branch", "category", ("Central", "Riverside", "Hillside")),
            Column("Genre", "category", ("Crime", "History", "Poetry", "Travel", "Science")),
            Column("Pages", "whole", low=80, high=900),
            Column("Late fee", "money", low=0, high=950),
        ),
        "members",
        (
            Column("Member no", "key", ("M",)),
            Column("Age group", "category", ("Child", "Adult", "Pensioner")),
            Column("Town", "category", ("Aldham", "Berrow", "Corley")),
        ),
    ),
    Domain(
        "invoices",
        "invoices",
        (
            _label("Invoice no", "INV"),
            Column("Issue date", "date"),
            Column("Payment date", "later"),
            Column("Supplier code", "key", ("SUP",)),
            Column("Category", "category", ("Travel", "Software", "Furniture", "Catering")),
            Column("Payment state", "category", ("Paid", "Disputed", "Reminded")),
            Column("Net amount", "money", low=2000, high=250000),
            Column("Tax amount", "money", low=300, high=47000),
        ),
        "suppliers",
        (
            Column("Supplier code", "key", ("SUP",)),
            Column("Rating", "category", ("Gold", "Silver", "Bronze")),
            Column("Home country", "category", ("Chile", "Kenya", "Japan", "Canada")),
        ),
    ),
    Domain(
        "runs",
        "runs",
        (
            _label("Run no", "T"),
            Column("Run date", "date"),
            Column("Runner no", "key", ("N",)),
            Column("Terrain", "category", ("Road", "Trail", "Track")),
            Column("Weather", "category", ("Sunny", "Rainy", "Windy", "Foggy")),
            Column("Distance", "whole", low=1200, high=24000, unit="metres", asked_in="kilometres", per=1000),
            Column("Heart rate", "whole", low=110, high=188),
        ),
        "runners",
        (
            Column("Runner no", "key", ("N",)),
            Column("Club", "category", ("Falcons", "Otters", "Lynxes")),
            Column("Age class", "category", ("Under 20", "Open", "Masters")),
        ),
    ),
    Domain(
        "harvests",
        "harvests",
        (
            _label("Harvest no", "H"),
            Column("Harvest date", "date"),
            Column("Farm code", "key", ("F",)),
            Column("Crop", "category", ("Barley", "Lentils", "Potatoes", "Rye")),
            Column("Soil", "category", ("Clay", "Loam", "Sand")),
            Column("Yield", "whole", low=600, high=14000, unit="kg", asked_in="tonnes", per=1000),
            Column("Area", "whole", low=1, high=30),
        ),
        "farms",
        (
            Column("Farm code", "key", ("F",)),
            Column("Valley", "category", ("Elm Valley", "Mill Valley", "Stone Valley")),
            Column("Farming method", "category", ("Organic", "Conventional")),
        ),
    ),
)
