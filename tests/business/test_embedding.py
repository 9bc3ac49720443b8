"""The shipped examples of web services: run where the frameworks are installed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
RECEIPT: dict[str, Any] = {
    "type": "receipt",
    "item": "TEA",
    "qty": "10",
    "unit_cost": "2.00",
    "date": "2026-01-05",
    "place": "WH",
    "party": "S-01",
}


def example(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.filterwarnings("ignore")
def test_fastapi_joins_the_transaction_of_the_host(tmp_path: Path) -> None:
    pytest.importorskip("fastapi")
    pytest.importorskip("sqlalchemy")
    pytest.importorskip("httpx")
    from fastapi.testclient import TestClient

    client = TestClient(example("embed_fastapi").make_app(f"sqlite:///{tmp_path / 'shop.db'}"))

    def post(body: dict[str, Any], key: str, tenant: str = "acme") -> Any:
        return client.post(f"/{tenant}/deliveries", json=body, headers={"Idempotency-Key": key, "User": "li"})

    first, again = post(RECEIPT, "r-1"), post(RECEIPT, "r-1")
    assert (first.status_code, first.json()) == (200, again.json())
    refused = post({**RECEIPT, "type": "issue", "qty": "11", "unit_cost": None}, "r-2")
    assert (refused.status_code, refused.json()["code"]) == (422, "insufficient_stock")
    assert client.get("/orders").json() == 1
    assert client.get("/acme/stock").json() == [{"item": "TEA", "place": "WH", "qty": "10"}]
    assert client.get("/zen/stock").json() == []


@pytest.mark.filterwarnings("ignore")
def test_django_answers_commands_and_errors_as_data() -> None:
    pytest.importorskip("django")
    module = example("embed_django")
    from django.test import RequestFactory

    def post(body: dict[str, Any], key: str) -> Any:
        request = RequestFactory().post(
            "/acme/commands", json.dumps(body), content_type="application/json", headers={"Idempotency-Key": key}
        )
        return module.commands(request, "acme")

    first, again = post(RECEIPT, "r-1"), post(RECEIPT, "r-1")
    assert (first.status_code, json.loads(first.content)) == (200, json.loads(again.content))
    assert json.loads(post({**RECEIPT, "qty": 1.5}, "r-2").content)["code"] == "float_refused"
    told = json.loads(module.stock(RequestFactory().get("/acme/stock"), "acme").content)
    assert told == {"stock": [{"item": "TEA", "place": "WH", "qty": "10"}]}
