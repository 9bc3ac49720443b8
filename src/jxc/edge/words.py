"""The words of a table: what a column may be called, and what its ``type`` cells may say.

    header cell, in English or Chinese, simplified or traditional  -> name of a column  (``column_name``)
    type cell                                                      -> canonical type    (``type_name``)

Invariant: a word means one thing.  Case, surrounding space, and the choice of space, hyphen or underscore do not
matter; everything else does: a word that is not listed is unknown, never a near miss taken for granted.

>>> column_name("Location"), column_name("数量"), column_name(" To-Location "), column_name("colour")
('place', 'qty', 'to_place', None)
>>> type_name("Purchase Return"), type_name("盘盈"), type_name("銷貨退回"), type_name("recieve")
('purchase_return', 'adjust_in', 'sales_return', None)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["COLUMNS", "REQUIRED", "TYPES", "VALUE_ONLY", "column_name", "flag_of", "near_types", "type_name"]

COLUMNS: Final[tuple[str, ...]] = (
    "id", "doc", "date", "time", "type", "item", "place", "to_place", "lot", "expiry", "qty", "uom", "unit_cost",
    "amount", "currency", "rate", "reason", "ref", "sale_price", "estimated", "standard_qty_allowed",
)  # fmt: skip
"""Every column of a table of movements, in its usual order."""

REQUIRED: Final[tuple[str, ...]] = ("date", "type", "item", "qty")
"""The columns without which there is nothing to value."""

TYPES: Final[tuple[str, ...]] = (
    "opening", "receipt", "issue", "transfer", "adjust_in", "adjust_out", "count", "revalue", "landed_cost",
    "purchase_return", "sales_return", "scrap", "standard_price", "invoice_price_change", "assembly", "disassembly",
    "write_down", "write_down_reversal",
)  # fmt: skip
"""The canonical types of movement."""

VALUE_ONLY: Final[frozenset[str]] = frozenset(
    {"revalue", "landed_cost", "standard_price", "invoice_price_change", "write_down", "write_down_reversal"}
)
"""Types that change value and move nothing: their quantity may be left blank."""

_COLUMN_WORDS: Final[Mapping[str, str]] = MappingProxyType({
    "place": "location 仓库 倉庫 存放地点 存放地點 调出仓库 調出倉庫 撥出倉庫",
    "to_place": "to_location 调入仓库 調入倉庫 撥入倉庫",
    "qty": "quantity 数量 數量",
    "ref": "refs 源单 源單 源单号 源單號 来源单据 來源單據",
    "date": "日期 单据日期 單據日期 业务日期 業務日期",
    "doc": "单据号 單據號 单号 單號 单据编号 單據編號",
    "type": "类型 類型 单据类型 單據類型 业务类型 業務類型",
    "item": "商品 存货 存貨 物料 品項 料件 货号 貨號 商品编码 商品編碼 存货编码 存貨編碼 物料编码 物料編碼 品號 料號",
    "lot": "批次 批号 批號",
    "expiry": "有效期至 有效期 有效日期",
    "uom": "单位 單位 计量单位 計量單位",
    "unit_cost": "单价 單價 单位成本 單位成本",
    "amount": "金额 金額",
    "currency": "币种 幣種 币别 幣別",
    "rate": "汇率 匯率",
    "reason": "原因",
    "sale_price": "售价 售價 销售单价 銷售單價",
    "estimated": "暂估 暫估 是否暂估 是否暫估",
    "standard_qty_allowed": "标准用量 標準用量 定额用量 定額用量",
    "time": "时间 時間",
    "id": "编号 編號",
})  # fmt: skip

_TYPE_WORDS: Final[Mapping[str, str]] = MappingProxyType({
    "opening": "期初 期初余额 期初餘額 期初库存 期初庫存",
    "receipt": "goods_receipt purchase 采购入库 采购入库单 採購入庫 入库 入庫 进货 進貨 進貨單",
    "issue": "goods_issue sale delivery 销售出库 销售出库单 銷售出庫 出库 出庫 出货 出貨 出貨單 銷貨",
    "transfer": "stock_transfer 调拨 調撥 直接调拨 直接調撥",
    "adjust_in": "adjustment_in count_gain 盘盈 盤盈 其他入库 其他入庫",
    "adjust_out": "adjustment_out count_loss 盘亏 盤虧 其他出库 其他出庫",
    "count": "stock_count 盘点 盤點",
    "revalue": "revaluation 成本调整 成本調整",
    "landed_cost": "采购费用 採購費用 采购费用分摊 採購費用分攤 到库成本 到岸成本",
    "purchase_return": "采购退货 採購退貨 进货退货 進貨退出",
    "sales_return": "销售退货 銷售退貨 销货退回 銷貨退回",
    "scrap": "报废 報廢 报损 報損",
    "standard_price": "standard_cost 标准成本 標準成本",
    "invoice_price_change": "price_difference 单到补差 單到補差 采购价格差异 採購價格差異",
    "assembly": "组装 組裝 組合",
    "disassembly": "拆卸 拆解",
    "write_down": "跌价准备 跌價準備 存货跌价准备 存貨跌價準備",
    "write_down_reversal": "跌价准备转回 跌價準備轉回 存货跌价准备转回 存貨跌價準備轉回",
})  # fmt: skip


def _by_word(names: tuple[str, ...], words: Mapping[str, str]) -> Mapping[str, str]:
    table = {name: name for name in names}
    table.update({word: name for name, aliases in words.items() for word in aliases.split()})
    return MappingProxyType(table)


_YES: Final = frozenset(["true", "yes", "y", "1", "是", "暂估", "暫估"])
_NO: Final = frozenset(["false", "no", "n", "0", "否"])


def flag_of(word: str) -> bool | None:
    """Yes or no, as a cell says it, or ``None`` for any other word.

    >>> flag_of("是"), flag_of("No"), flag_of("maybe")
    (True, False, None)
    """
    known = _normal(word)
    return True if known in _YES else False if known in _NO else None


_COLUMN_OF: Final = _by_word(COLUMNS, _COLUMN_WORDS)
_TYPE_OF: Final = _by_word(TYPES, _TYPE_WORDS)


def _normal(word: str) -> str:
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())


def column_name(header: str) -> str | None:
    """The column that a header cell names, or ``None``."""
    return _COLUMN_OF.get(_normal(header))


def type_name(word: str) -> str | None:
    """The canonical type that a cell names, or ``None``."""
    return _TYPE_OF.get(_normal(word))


def near_types(word: str) -> list[str]:
    """Up to three listed words that look like this one, best first: a hint for a person, never a reading.

    >>> near_types("reciept"), near_types("采购入库2")
    (['receipt', 'goods_receipt'], ['采购入库', '采购入库单'])
    """
    from difflib import get_close_matches

    return get_close_matches(_normal(word)[:40], list(_TYPE_OF), n=3, cutoff=0.6)
