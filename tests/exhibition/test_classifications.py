"""The contract of the API: what is posted, what is answered, under which status."""

import asyncio
import json
import logging
from dataclasses import fields
from typing import get_args

import jsonschema
import pytest
from drf_spectacular.generators import SchemaGenerator

from classifier import photo_store
from classifier.machine_state import MachineState, announce
from curation import events, moderation, visits
from curation.models import Tally
from exhibition import route, visit_socket
from hierarchy.policy import Category, Level, Mark
from tests.curation.test_answers import LABEL
from tests.exhibition.conftest import end

URL = "/api/v1/classifications/"
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 100


async def post(client, photo=JPEG, query="", **headers):
    return await client.post(URL + query, files={"photo": ("p.jpg", photo)}, headers=headers)


def the_only_visit(store) -> str:
    [name] = store.scan_iter("roulette:visit:*:open")
    return name.decode().split(":")[2]


async def played(client, store, play, query="?wait=20", **headers):
    """Post, wait, and have `play` do to the visit what workers would."""
    posting = asyncio.create_task(post(client, query=query, **headers))
    async with asyncio.timeout(5):
        while not any(store.scan_iter("roulette:visit:*:open")):  # noqa: ASYNC110 - another process's store
            await asyncio.sleep(0.01)
    await asyncio.to_thread(play, the_only_visit(store))
    async with asyncio.timeout(5):
        return await posting


# --- posting --------------------------------------------------------------------------------------------------------


async def test_an_accepted_photograph_gets_a_visit_and_two_addresses(client, machine):
    answer = await post(client)
    started = answer.json()
    assert answer.status_code == 202
    assert set(started) == {"visit", "status", "url", "websocket"}
    assert started["status"] == "pending"
    assert started["url"] == answer.headers["Location"] == f"http://localhost{URL}{started['visit']}/"
    assert started["websocket"] == f"ws://localhost/ws/visits/{started['visit']}/"
    assert answer.headers["Cache-Control"] == "no-store"
    visits.check(started["visit"])


async def test_the_photograph_lies_sealed_in_the_store_byte_for_byte(client, machine):
    visit = (await post(client)).json()["visit"]
    assert photo_store.take(visits.ticket(visit, "photo")) == JPEG


async def test_one_who_waits_gets_the_result(client, machine, store):
    answer = await played(client, store, end)
    assert (answer.status_code, answer.json()["status"]) == (200, "done")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_one_whose_wait_is_over_first_gets_the_addresses(client, machine):
    answer = await post(client, query="?wait=0.05")
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")


@pytest.mark.parametrize(
    ("code", "status"), [("unreadable_photo", 400), ("deadline_passed", 504), ("machine_unavailable", 503)]
)
async def test_one_who_waits_for_a_visit_that_fails_is_told_why(client, machine, store, code, status):
    answer = await played(client, store, lambda visit: moderation.fail(visit, code))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_failure_is_a_problem_also_where_a_picture_was_asked_for(client, machine, store):
    answer = await played(client, store, lambda visit: moderation.fail(visit, "try_again"), Accept="image/jpeg")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")


async def test_a_picture_that_nobody_waits_for_is_not_kept_a_second_time(client, machine):
    answer = await post(client, Accept="image/jpeg")
    assert answer.status_code == 202
    assert photo_store.take(visits.ticket(answer.json()["visit"], "picture")) is None


async def test_a_picture_says_at_which_address_its_visit_is_read_and_deleted(client, machine, store, monkeypatch):
    async def picture(visit, seconds):
        return JPEG

    monkeypatch.setattr(route, "drawn_picture", picture)
    answer = await played(client, store, end, Accept="image/jpeg")
    assert (answer.status_code, answer.headers["Content-Type"], answer.content) == (200, "image/jpeg", JPEG)
    where = answer.headers["Content-Location"]
    assert where == f"{URL}{(await client.get(where)).json()['visit']}/"
    assert (await client.post(f"{where}reveal/", json={"label": 0})).status_code == 200
    assert (await client.delete(where)).status_code == 204


@pytest.mark.parametrize("wait", ["31", "30.5", "-1", "nan", "inf", "1e1", "", "soon", "٣", "1_0", "+1"])
async def test_a_senseless_wait_is_refused(client, machine, wait):
    answer = await post(client, query=f"?wait={wait}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    "form",
    [
        {"files": {"other": ("p.jpg", JPEG)}},
        {"files": [("photo", ("a.jpg", JPEG)), ("photo", ("b.jpg", JPEG))]},
        {"files": [("photo", ("a.jpg", JPEG)), ("other", ("b.jpg", JPEG))]},
        {"data": {"photo": "text"}},
        {"json": {"photo": "text"}},
        {"content": b"not a form", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
        {"content": b"not a form", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b""},
    ],
)
async def test_what_is_not_one_photograph_in_its_field_is_refused(client, machine, form):
    answer = await client.post(URL, **form)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


async def test_a_bare_picture_without_a_form_is_refused(client, machine):
    answer = await client.post(URL, content=JPEG, headers={"Content-Type": "image/jpeg"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_the_first_bytes_decide_about_the_format_not_the_name(client, machine):
    answer = await post(client, b"<html>photo.jpg")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_format")


async def test_a_photograph_just_above_the_limit_is_too_large(client, machine, settings):
    answer = await post(client, b"\xff\xd8\xff" + b"0" * settings.MAX_PHOTO_BYTES)
    assert (answer.status_code, answer.json()["code"]) == (413, "photo_too_large")


async def test_a_chunked_form_is_taken(client, machine):
    async def body():
        yield b'--b\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n\r\n'
        yield JPEG
        yield b"\r\n--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    assert (await client.post(URL, content=body(), headers=headers)).status_code == 202


async def test_without_a_worker_the_machine_is_out_of_order(client):
    answer = await post(client)
    assert (answer.status_code, answer.json()["code"]) == (503, "machine_unavailable")


async def test_a_full_queue_says_when_to_come_back(client, store, settings):
    announce(MachineState(ready=True, seconds=30.0))
    store.lpush("roulette:celery:inference", "somebody's")
    answer = await post(client)
    assert (answer.status_code, answer.json()["code"]) == (429, "busy")
    assert int(answer.headers["Retry-After"]) > 0


async def test_when_the_store_is_full_the_caller_is_told_when_to_come_back(client, machine, store, full_store):
    answer = await post(client)
    assert (answer.status_code, answer.json()["code"]) == (429, "busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert not list(store.scan_iter("*photo*"))


async def test_other_methods_are_told_which_is_right(client):
    answer = await client.get(URL)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


# --- the visit ------------------------------------------------------------------------------------------------------


async def test_a_visit_is_pending_then_done(client, visit):
    pending = await client.get(f"{URL}{visit}/")
    assert (pending.status_code, pending.json()) == (202, {"visit": visit, "status": "pending"})
    end(visit)
    done = await client.get(f"{URL}{visit}/")
    assert (done.status_code, done.json()["status"]) == (200, "done")
    assert done.headers["Cache-Control"] == "no-store"


async def test_a_visit_that_failed_answers_with_its_problem(client, visit):
    moderation.fail(visit, "unreadable_photo")
    answer = await client.get(f"{URL}{visit}/")
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_photo")


@pytest.mark.parametrize("path", ["", "reveal/"])
async def test_an_invented_visit_never_was(client, path):
    method = client.post if path else client.get
    answer = await method(f"{URL}invented.signature/{path}", **({"json": {"label": 0}} if path else {}))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_after_ten_minutes_a_visit_is_gone(client, visit, settings):
    settings.RESULT_SECONDS = -1
    for answer in (await client.get(f"{URL}{visit}/"), await client.delete(f"{URL}{visit}/")):
        assert (answer.status_code, answer.json()["code"]) == (410, "gone")


async def test_a_deleted_visit_is_gone_at_once(client, visit):
    end(visit)
    assert (await client.delete(f"{URL}{visit}/")).status_code == 204
    assert (await client.get(f"{URL}{visit}/")).status_code == 410


async def test_an_answer_without_a_body_names_no_type_of_one(client, visit):
    answer = await client.delete(f"{URL}{visit}/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers


# --- gates ----------------------------------------------------------------------------------------------------------


async def test_a_gate_opens_when_asked_and_stays_open_for_its_visit(client, visit):
    end(visit)
    closed = await client.get(f"{URL}{visit}/")
    assert LABEL not in closed.text
    opened = await client.post(f"{URL}{visit}/reveal/", json={"label": 0})
    assert opened.status_code == 200
    assert opened.json()["faces"][0]["label"]["wnid"] == LABEL
    assert (await client.get(f"{URL}{visit}/")).json() == opened.json()


async def test_a_gate_that_is_opened_twice_counts_once(client, visit):
    end(visit)
    for _ in range(2):
        await client.post(f"{URL}{visit}/reveal/", data={"label": "0"})
    assert [tally.count async for tally in Tally.objects.all()] == [1]


async def test_a_withheld_word_is_not_opened_by_asking(client, visit):
    end(visit, Mark(Level.SENSITIVE, Category.RELIGION))
    answer = await client.post(f"{URL}{visit}/reveal/", json={"label": 0})
    assert (answer.status_code, answer.json()["code"]) == (403, "withheld")
    assert LABEL not in answer.text


@pytest.mark.parametrize("body", [{}, {"label": -1}, {"label": "x"}, {"label": None}, {"label": 1.5}, [], 0, "x"])
async def test_a_senseless_label_is_refused(client, visit, body):
    end(visit)
    answer = await client.post(f"{URL}{visit}/reveal/", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("path", ["", "{visit}/reveal/"])
async def test_brackets_by_the_thousand_are_a_mistake_of_the_callers(client, visit, path):
    headers = {"Content-Type": "application/json"}
    answer = await client.post(URL + path.format(visit=visit), content="[" * 100_000, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


async def test_a_refused_form_leaves_no_visits_id_in_the_log(client, visit, monkeypatch):
    said = []
    monkeypatch.setattr(logging.StreamHandler, "emit", lambda self, record: said.append(record))
    answer = await client.post(f"/visits/{visit}/reveal/", data={"label": 0})
    assert answer.status_code == 403
    # The requests' own sender notes them as well.
    assert not [one for one in said if not one.name.startswith("httpx") and visit in one.getMessage()]


async def test_a_label_that_the_visit_does_not_have_is_not_found(client, visit):
    end(visit)
    answer = await client.post(f"{URL}{visit}/reveal/", json={"label": 7})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


# --- the description ------------------------------------------------------------------------------------------------


async def test_the_api_describes_itself_in_json_and_in_yaml(client):
    as_json = await client.get("/api/schema/")
    as_yaml = await client.get("/api/schema/", headers={"Accept": "application/yaml"})
    assert as_json.json()["openapi"].startswith("3.1")
    assert as_yaml.text.startswith("openapi: 3.1")
    assert as_json.json()["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


@pytest.fixture
def described():
    """The API's description."""
    return SchemaGenerator().get_schema(request=None, public=True)


def test_the_photograph_is_described_as_a_files_bytes(described):
    form = described["paths"][URL]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    photo = described["components"]["schemas"][form["$ref"].rpartition("/")[2]]["properties"]["photo"]
    assert (photo["type"], photo["format"]) == ("string", "binary")


def test_the_description_says_that_a_picture_needs_wait_and_where_its_visit_is(described):
    classify = described["paths"][URL]["post"]
    [wait] = [one for one in classify["parameters"] if one["name"] == "wait"]
    assert "A picture needs `wait`" in classify["description"]
    assert "image/jpeg" in wait["description"]
    assert "Content-Location" in classify["responses"]["200"]["headers"]


@pytest.mark.parametrize(
    ("component", "names"),
    [
        ("Label", {"score", "margin"}),
        ("Alternative", {"score"}),
        ("Evidence", {"probability", "share"}),
        ("Face", {"score"}),
    ],
)
def test_every_figure_is_explained(described, component, names):
    figures = described["components"]["schemas"][component]["properties"]
    assert all(figures[name]["description"] for name in names)
    assert {name for name, figure in figures.items() if figure.get("type") == "number"} == names


def test_the_description_names_every_message_and_close_code_of_a_visits_websocket(described):
    said = described["components"]["schemas"]["Started"]["properties"]["websocket"]["description"]
    for kind in get_args(events.VisitEvent):
        assert all(f"`{field.name}`" in said for field in fields(kind) if field.name != "type")
        assert f"`{kind.__dataclass_fields__['type'].default}`" in said
    assert all(word in said for word in ("`seq`", "`epoch`", '{"type": "resume", "epoch": "…", "after": seq}'))
    codes = (
        visit_socket.DONE,
        visit_socket.TOO_OFTEN,
        visit_socket.TOO_BIG,
        visit_socket.OUT_OF_ORDER,
        visit_socket.NOT_UNDERSTOOD,
        visit_socket.UNKNOWN,
        visit_socket.GONE,
    )
    assert all(str(code) in said for code in codes)


@pytest.mark.parametrize("face", [True, False])
@pytest.mark.parametrize("mark", [None, Mark(Level.SLUR, Category.SLUR), Mark(Level.SENSITIVE, Category.AGE)])
async def test_every_result_is_as_described(client, visit, described, face, mark):
    end(visit, mark, face=face)
    document = (await client.get(f"{URL}{visit}/")).json()
    result = described["components"]["schemas"]["Result"]
    jsonschema.validate(document, {**result, "components": json.loads(json.dumps(described["components"]))})
    assert set(document) == set(result["properties"])
    label = document["faces"][0]["label"] if face else document["scene"]
    assert set(label) == set(described["components"]["schemas"]["Label"]["properties"])
