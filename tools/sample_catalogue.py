"""What 海川贸易 trades in, and when: the items, recipes, calendar and seasons that `tools.make_sample` draws on.

Shape: one line of ``CATALOGUE`` an item; prices in ten-thousandths, quantities in thousandths, all of them integers.

>>> shown(12_500), shown(3_000), price(1_234_500), price(9_125), fen(-415_050)
('12.5', '3', '123.45', '0.9125', '-4150.50')
>>> catalogue()["CF-01"].foreign, season(dt.date(2026, 2, 1)), warehouse_open(dt.date(2026, 2, 17))
(True, 160, False)
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

__all__ = [
    "FEES", "FIRST", "IMPORTS", "LAST", "RECIPES", "Dice", "Item", "catalogue", "days", "fen", "gift_season",
    "last_day", "next_open", "price", "season", "shown", "warehouse_open",
]  # fmt: skip

T = TypeVar("T")

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 6, 30)
CLOSED = {(1, 1), (1, 2), (1, 3), (4, 4), (4, 6), (5, 1), (5, 2), (5, 4), (5, 5), (6, 19), (6, 20)}

# code; names; unit; group; price in CNY (imports: USD); change of price over the half year in per mille;
# typical line of a wholesale order; months of shelf life (0: no lots); popularity
CATALOGUE = """
TE-01;西湖龙井 250克;West Lake Longjing green tea 250 g;box;tea;86.00;180;24;18;8
TE-02;安溪铁观音 250克;Anxi Tieguanyin oolong 250 g;box;tea;64.00;60;24;18;9
TE-03;云南普洱熟茶饼 357克;Yunnan ripe pu-erh cake 357 g;pcs;tea;48.50;-70;30;0;7
TE-04;正山小种红茶 200克;Lapsang souchong black tea 200 g;box;tea;58.00;90;24;24;7
TE-05;茉莉花茶 散装;Jasmine tea, loose;kg;tea;72.00;40;15;12;8
TE-06;白毫银针 100克;Silver needle white tea 100 g;box;tea;118.00;150;10;24;4
TE-07;杭白菊 散装;Chrysanthemum flowers, loose;kg;tea;95.00;-110;8;12;5
TE-08;大红袍 125克;Da Hong Pao rock tea 125 g;box;tea;102.00;70;12;24;5
CF-01;埃塞俄比亚咖啡豆 1公斤;Ethiopia Yirgacheffe coffee beans 1 kg;bag;coffee;14.20;260;20;12;7
CF-02;哥伦比亚咖啡豆 1公斤;Colombia Supremo coffee beans 1 kg;bag;coffee;11.80;240;20;12;7
CF-03;速溶黑咖啡 100条;Instant black coffee, 100 sticks;box;coffee;9.60;120;24;18;8
CF-04;挂耳咖啡 10包;Drip coffee bags, 10 pieces;box;coffee;4.85;90;40;12;9
SN-01;原味夏威夷果 500克;Macadamia nuts, plain 500 g;bag;snacks;31.50;110;36;9;8
SN-02;奶油巴旦木 500克;Almonds, cream flavour 500 g;bag;snacks;27.80;-60;36;9;8
SN-03;新疆红枣 1公斤;Xinjiang red dates 1 kg;bag;snacks;18.60;80;40;10;9
SN-04;枸杞 散装;Goji berries, loose;kg;snacks;66.00;-90;12;12;6
SN-05;核桃仁 散装;Walnut kernels, loose;kg;snacks;54.00;130;15;9;6
SN-06;凤梨酥 12枚;Pineapple cakes, 12 pieces;box;snacks;22.40;30;30;4;8
SN-07;海苔脆片 40克;Seaweed crisps 40 g;bag;snacks;3.85;50;120;8;9
SN-08;芒果干 200克;Dried mango 200 g;bag;snacks;8.90;100;80;9;8
SN-09;黑芝麻丸 9粒;Black sesame balls, 9 pieces;box;snacks;12.50;20;40;6;6
OL-01;压榨花生油 5升;Pressed peanut oil 5 l;bottle;grain and oil;92.00;140;20;0;8
OL-02;特级初榨橄榄油 1升;Extra virgin olive oil 1 l;bottle;grain and oil;7.35;300;24;0;6
OL-03;山茶籽油 1升;Camellia seed oil 1 l;bottle;grain and oil;68.00;60;15;0;5
GR-01;五常大米 10公斤;Wuchang rice 10 kg;bag;grain and oil;79.00;-40;30;0;9
GR-02;有机小米 2.5公斤;Organic millet 2.5 kg;bag;grain and oil;24.50;30;30;0;6
GR-03;红豆 散装;Red beans, loose;kg;grain and oil;11.20;70;50;0;6
WN-01;智利赤霞珠干红 750毫升;Chilean Cabernet Sauvignon 750 ml;bottle;wine;5.20;-80;60;0;8
WN-02;澳洲西拉干红 750毫升;Australian Shiraz 750 ml;bottle;wine;6.90;60;48;0;7
WN-03;新西兰长相思干白 750毫升;New Zealand Sauvignon Blanc 750 ml;bottle;wine;8.10;110;36;0;6
WN-04;起泡酒 750毫升;Sparkling wine 750 ml;bottle;wine;7.40;40;30;0;5
WN-05;绍兴花雕十年 500毫升;Shaoxing Huadiao, ten years 500 ml;bottle;wine;38.00;50;24;0;6
WN-06;桂花米酒 500毫升;Osmanthus rice wine 500 ml;bottle;wine;16.80;20;36;0;6
CR-01;青花瓷盖碗;Blue and white gaiwan;pcs;ceramics;26.00;40;30;0;6
CR-02;紫砂壶 200毫升;Yixing clay teapot 200 ml;pcs;ceramics;135.00;100;8;0;4
CR-03;白瓷茶杯;White porcelain teacup;pcs;ceramics;6.40;-50;120;0;8
CR-04;骨瓷碗 4.5寸;Bone china bowl 4.5 in;pcs;ceramics;9.80;60;90;0;8
CR-05;骨瓷盘 8寸;Bone china plate 8 in;pcs;ceramics;14.60;60;72;0;7
CR-06;汤碗 7寸;Soup bowl 7 in;pcs;ceramics;19.50;-40;48;0;6
CR-07;日式拉面碗;Ramen bowl;pcs;ceramics;17.20;30;48;0;6
CR-08;马克杯 350毫升;Mug 350 ml;pcs;ceramics;11.90;-90;72;0;8
CR-09;玻璃公道杯;Glass fairness pitcher;pcs;ceramics;15.40;50;36;0;5
CR-10;茶叶罐;Tea caddy;pcs;ceramics;21.00;40;36;0;5
KT-01;铸铁炒锅 32厘米;Cast-iron wok 32 cm;pcs;kitchen;118.00;160;12;0;5
KT-02;不粘煎锅 28厘米;Non-stick frying pan 28 cm;pcs;kitchen;76.00;-60;16;0;6
KT-03;搪瓷水壶 2升;Enamel kettle 2 l;pcs;kitchen;58.00;70;16;0;4
KT-04;三层竹蒸笼;Three-tier bamboo steamer;pcs;kitchen;42.00;20;20;0;5
KT-05;不锈钢汤锅 24厘米;Stainless stockpot 24 cm;pcs;kitchen;96.00;90;12;0;4
KT-06;中式菜刀;Chinese cleaver;pcs;kitchen;64.00;50;16;0;5
KT-07;竹砧板;Bamboo chopping board;pcs;kitchen;33.00;-30;24;0;5
KT-08;保温杯 500毫升;Vacuum flask 500 ml;pcs;kitchen;39.50;-100;36;0;8
KT-09;硅胶锅铲;Silicone spatula;pcs;kitchen;7.90;-20;72;0;6
PK-01;礼盒 大号;Gift box, large;pcs;packaging;6.80;60;60;0;2
PK-02;礼盒 小号;Gift box, small;pcs;packaging;3.9500;60;80;0;2
PK-03;手提袋;Carrier bag;pcs;packaging;0.8650;140;300;0;3
PK-04;丝带 每米;Ribbon, per metre;m;packaging;0.4275;90;200;0;1
GS-01;茗茶礼盒;Fine tea gift set;set;gift sets;0;0;12;0;6
GS-02;年货坚果礼盒;New Year nut gift set;set;gift sets;0;0;16;0;7
GS-03;茶具礼盒;Tea ware gift set;set;gift sets;0;0;8;0;4
GS-04;红酒双支礼盒;Twin wine gift set;set;gift sets;0;0;10;0;5
"""
RECIPES = {  # item: quantity for one set, in thousandths
    "GS-01": {"TE-01": 1000, "TE-02": 1000, "PK-01": 1000, "PK-03": 1000},
    "GS-02": {"SN-01": 1000, "SN-02": 1000, "SN-03": 1000, "PK-01": 1000, "PK-04": 1500},
    "GS-03": {"CR-02": 1000, "CR-03": 4000, "CR-09": 1000, "PK-01": 1000},
    "GS-04": {"WN-01": 1000, "WN-02": 1000, "PK-02": 1000, "PK-04": 1200},
}
FEES = {"GS-01": 350, "GS-02": 280, "GS-03": 620, "GS-04": 240}  # packing, in fen a set
IMPORTS = {"CF-01", "CF-02", "CF-03", "CF-04", "OL-02", "WN-01", "WN-02", "WN-03", "WN-04"}


def shown(milli: int) -> str:
    """Thousandths as a decimal without idle zeros."""
    whole, part = divmod(milli, 1000)
    return f"{whole}.{part:03}".rstrip("0").rstrip(".") if part else str(whole)


def price(tenths_of_cent: int) -> str:
    """Ten-thousandths as a price of two places, of four where it needs them."""
    text = f"{tenths_of_cent // 10_000}.{tenths_of_cent % 10_000:04}"
    return text.removesuffix("00")


def fen(amount: int) -> str:
    """Fen as yuan."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02}"


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    name_zh: str
    name_en: str
    unit: str
    group: str
    price: int  # ten-thousandths, of a USD for imports
    trend: int
    line: int  # thousandths
    shelf: int
    popularity: int

    @property
    def foreign(self) -> bool:
        return self.code in IMPORTS

    @property
    def made(self) -> bool:
        return self.code in RECIPES

    @property
    def weekly(self) -> int:
        """Expected sales of a week in thousandths: some 75 wholesale lines over a total popularity of about 380."""
        return self.line * self.popularity * 75 // 380 + (self.popularity * 500 if self.group != "packaging" else 0)


def catalogue() -> dict[str, Item]:
    items: dict[str, Item] = {}
    for line in CATALOGUE.strip().splitlines():
        code, zh, en, unit, group, cost, trend, typical, shelf, popularity = line.split(";")
        whole, _, part = cost.partition(".")
        tenths = int(whole) * 10_000 + int(part.ljust(4, "0"))
        items[code] = Item(
            code, zh, en, unit, group, tenths, int(trend), int(typical) * 1000, int(shelf), int(popularity)
        )
    return items


def days() -> Iterator[dt.date]:
    for number in range((LAST - FIRST).days + 1):
        yield FIRST + dt.timedelta(days=number)


def warehouse_open(day: dt.date) -> bool:
    """Six days a week, but for New Year, the Spring Festival, Qingming, Labour Day and the Dragon Boat Festival."""
    spring = dt.date(2026, 2, 15) <= day <= dt.date(2026, 2, 23)
    return day.weekday() != 6 and not spring and (day.month, day.day) not in CLOSED


def next_open(day: dt.date) -> dt.date:
    while not warehouse_open(day):
        day += dt.timedelta(days=1)
    return day


def last_day(day: dt.date, is_open: Callable[[dt.date], bool]) -> dt.date:
    """The last open day of the month."""
    return max(other for other in days() if other.month == day.month and is_open(other))


def season(day: dt.date) -> int:
    """Business in per cent of the usual."""
    if dt.date(2026, 1, 12) <= day <= dt.date(2026, 2, 13):
        return 160
    return 70 if dt.date(2026, 2, 14) <= day <= dt.date(2026, 3, 10) else 130 if day >= dt.date(2026, 6, 5) else 100


def gift_season(day: dt.date) -> int:
    """Gift sets in per cent of the usual: before the Spring Festival and the Dragon Boat Festival."""
    before_spring = dt.date(2026, 1, 8) <= day <= dt.date(2026, 2, 12)
    return 350 if before_spring or dt.date(2026, 5, 28) <= day <= dt.date(2026, 6, 17) else 60


class Dice:
    """Draws from the one source that gives the same numbers in every version of Python: ``random()``."""

    def __init__(self, seed: int) -> None:
        self._source = random.Random(seed)  # a sample, not a secret

    def between(self, low: int, high: int) -> int:
        return low + int(self._source.random() * (high - low + 1))

    def chance(self, percent: int) -> bool:
        return self._source.random() * 100 < percent

    def pick(self, options: Sequence[T], weights: Sequence[int] | None = None) -> T:
        if weights is None:
            return options[self.between(0, len(options) - 1)]
        at = self.between(1, sum(weights))
        for option, weight in zip(options, weights, strict=True):
            at -= weight
            if at <= 0:
                return option
        return options[-1]
