"""A web service in Django, in one file: commands come in as JSON, errors go out as data.

Needs `pip install django "jxc[sql]"`; run it with `python embed_django.py runserver` in this folder.
"""

import json
import sys
from functools import lru_cache

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

import jxc

if not settings.configured:
    key = "only for this example"
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY=key, SHOP="memory:")


@lru_cache(maxsize=1)
def store() -> jxc.Business:
    """One store for the process; its books share it."""
    return jxc.open(settings.SHOP, book="example/begun", currency="CNY", chart="ifrs-trading")


@lru_cache(maxsize=100)
def book_of(tenant: str) -> jxc.Business:
    """The book of a tenant, kept at hand: threads may share it."""
    return jxc.open(store().store, book=f"{tenant}/main", currency="CNY", chart="ifrs-trading")


@csrf_exempt
@require_POST
def commands(request: HttpRequest, tenant: str) -> JsonResponse:
    """Carry a command out, once for each key."""
    key = request.headers.get("Idempotency-Key")
    try:
        done = book_of(tenant).post({**json.loads(request.body), "key": key, "actor": request.headers.get("User", "")})
    except jxc.StoreError as error:
        return JsonResponse(error.to_dict(), status=503)
    except jxc.JxcError as error:
        return JsonResponse(error.to_dict(), status=422)
    return JsonResponse(done.to_json())


def stock(request: HttpRequest, tenant: str) -> JsonResponse:
    """What is on hand, without cost."""
    held = book_of(tenant).ask.without_cost().positions()
    return JsonResponse({"stock": [{"item": one.item, "place": one.place, "qty": str(one.qty)} for one in held]})


urlpatterns = [path("<tenant>/commands", commands), path("<tenant>/stock", stock)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
