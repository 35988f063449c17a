"""The preview as a browser meets it: what is served and to whom, and how the page follows each save."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from carereport.build import Options, run_build
from carereport.faults import UsageError
from carereport.preview.server import Screen, Server
from carereport.quarters import Quarter
from tests.small_council import INDICATORS, small_council, write_extracts

ROOT = Path(__file__).parents[1]
PATIENCE = 120.0
"""Seconds until a test gives up; a refresh takes a fraction of one."""
State = dict[str, Any]


@dataclass
class Preview:
    """A running `carereport preview`, and the project it shows."""

    root: Path
    url: str
    process: subprocess.Popen[str]

    first: bytes = b""
    """The report of the project in its first state."""

    def get(self, name: str = "", host: str = "", path: str = "") -> tuple[int, dict[str, str], bytes]:
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=PATIENCE)
        connection.request("GET", path or place.path + name, headers={"Host": host or place.netloc})
        answer = connection.getresponse()
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()

    def until(self, good: Callable[[State], bool]) -> State:
        """Follow the events until a state is as wanted."""
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=PATIENCE)
        connection.request("GET", place.path + "events")
        answer = connection.getresponse()
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            line = answer.readline().decode()
            if line.startswith("data: "):
                state: State = json.loads(line.removeprefix("data: "))
                if good(state):
                    connection.close()
                    return state
        raise AssertionError("the page never came to the state wanted")

    def save(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def build(self, audience: str = "public") -> bytes:
        """Return the report.html of a full build, which leaves the project as it was."""
        history = self.root / "history"
        out = self.root.parent / "out"
        run_build(Options(self.root, Quarter(2025, 2), out=out, formats=("html",), audience=audience))
        shutil.rmtree(history, ignore_errors=True)
        return (out / "Q2-2025" / "report.html").read_bytes()


def start(root: Path, *more: str) -> Preview:
    command = [sys.executable, "-m", "carereport", "preview", "--quarter", "Q2-2025", "--project", str(root), *more]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment, start_new_session=True
    )
    assert process.stdout is not None
    return Preview(root, process.stdout.readline().strip(), process)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    preview = start(small_council(tmp_path_factory.mktemp("preview") / "council"))
    preview.until(lambda state: state["page"] > 0)
    preview.first = preview.get("report.html")[2]
    yield preview
    preview.process.kill()
    preview.process.wait()


@pytest.fixture
def preview(running: Preview) -> Preview:
    """Return the running preview of the project in its first state, shown without a fault."""
    small_council(running.root)
    shutil.rmtree(running.root / "templates", ignore_errors=True)
    shutil.rmtree(running.root / "commentary", ignore_errors=True)
    running.until(lambda state: not state["banner"] and running.get("report.html")[2] == running.first)
    return running


def shows(preview: Preview, text: str) -> bytes:
    """Return the report once it holds a text."""
    found = b""

    def held(state: State) -> bool:
        nonlocal found
        found = preview.get("report.html")[2]
        return text.encode() in found

    preview.until(held)
    return found


def test_the_report_is_served_byte_for_byte_as_a_build_writes_it(preview: Preview) -> None:
    assert preview.get("report.html")[2] == preview.build()


def test_changed_words_thresholds_definitions_and_extracts_give_the_bytes_of_a_build(preview: Preview) -> None:
    preview.save("config/indicators.yaml", INDICATORS.replace("name: Plans open", "name: Plans open today"))
    assert shows(preview, "Plans open today") == preview.build()
    text = INDICATORS.replace("target: 20", "target: 5").replace("name: Plans open", "name: Plans of five")
    preview.save("config/indicators.yaml", text)
    assert shows(preview, "Plans of five") == preview.build()
    text = INDICATORS.replace("nfa = 'Y'", "nfa = 'N'").replace("name: Plans open", "name: Plans of N")
    preview.save("config/indicators.yaml", text)
    assert shows(preview, "Plans of N") == preview.build()
    before = preview.until(lambda state: True)["page"]
    write_extracts(preview.root, more=30)
    preview.until(lambda state: state["page"] > before)
    assert preview.get("report.html")[2] == preview.build()


def test_officer_text_and_templates_are_followed_too(preview: Preview) -> None:
    (preview.root / "commentary" / "Q2-2025").mkdir(parents=True)
    preview.save("commentary/Q2-2025/risks.md", "---\nrole: Director\n---\nA risk in the director's own words.\n")
    shows(preview, "A risk in the director")
    shutil.copytree(ROOT / "templates", preview.root / "templates")
    style = (ROOT / "templates" / "report.css").read_text(encoding="utf-8")
    preview.save("templates/report.css", f"{style}\n/* a new hand */\n")
    assert shows(preview, "a new hand") == preview.build()


def test_a_broken_save_keeps_the_page_under_a_banner_with_place_and_caret(preview: Preview) -> None:
    line = INDICATORS.splitlines().index("    polarity: low") + 1
    preview.save("config/indicators.yaml", INDICATORS.replace("polarity: low", "polarity: <b>low"))
    state = preview.until(lambda state: state["banner"] != "")
    assert f"config/indicators.yaml:{line}:15" in state["banner"]
    assert f"{line} |     polarity: <b>low\n" in state["banner"]
    assert "^" in state["banner"]
    assert preview.get("report.html")[2] == preview.first
    assert b"<b>low" not in preview.get()[2]
    preview.save("config/indicators.yaml", INDICATORS)
    preview.until(lambda state: state["banner"] == "")
    assert preview.get("report.html")[2] == preview.first


def test_a_template_s_fault_is_named_with_its_line(preview: Preview) -> None:
    shutil.copytree(ROOT / "templates", preview.root / "templates")
    preview.save("templates/report.html.j2", "<!doctype html>\n<p>{{ report.nothing_of_this_name }}</p>\n")
    state = preview.until(lambda state: state["banner"] != "")
    assert "templates/report.html.j2:2" in state["banner"]


def test_no_banner_names_a_value_of_an_extract(preview: Preview) -> None:
    path = preview.root / "data" / "referrals.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("R00007", "R00008"), encoding="utf-8")
    state = preview.until(lambda state: state["banner"] != "")
    assert "data/referrals.csv" in state["banner"]
    assert "R00008" not in json.dumps(state)


def test_nothing_is_kept_by_the_browser_or_told_to_others(preview: Preview) -> None:
    for name in ("", "report.html", "nothing.html"):
        headers = preview.get(name)[1]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers


def test_only_who_knows_the_token_and_names_this_host_is_answered(preview: Preview) -> None:
    port = urlsplit(preview.url).port
    assert preview.get()[0] == 200
    assert preview.get("report.html", host=f"localhost:{port}")[0] == 200
    for host in ("ashcombe.example", f"ashcombe.example:{port}", "127.0.0.1", f"127.0.0.1:{port}.example"):
        assert preview.get("report.html", host=host)[0] == 403
    for path in ("/", "/report.html", "/events", "/wrong-token/report.html", "//report.html"):
        assert preview.get(path=path)[0] == 404
    for name in ("../../config/report.yaml", "%2e%2e/config/indicators.yaml", "data/referrals.csv"):
        assert preview.get(name)[0] == 404


def test_it_listens_on_the_loopback_address_alone(preview: Preview) -> None:
    place = urlsplit(preview.url)
    assert place.hostname == "127.0.0.1"
    assert len(place.path) > 30
    for address in {"127.0.0.2", socket.gethostbyname(socket.gethostname())} - {place.hostname}:
        with socket.socket() as other:
            other.settimeout(2)
            assert other.connect_ex((address, place.port)) != 0


def test_nothing_is_written_but_the_engine_s_own_files(preview: Preview) -> None:
    assert not (preview.root / "output").exists()
    assert not (preview.root / "history").exists()


def test_a_port_that_is_taken_is_said_and_two_previews_have_two_tokens() -> None:
    with Server(Screen(), "one") as one, Server(Screen(), "two") as two:
        assert one.url.split("/")[-2] != two.url.split("/")[-2]
        with pytest.raises(UsageError, match="taken"):
            Server(Screen(), "three", one.port)


def test_the_internal_preview_says_that_it_is_not_for_publication_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    preview = start(small_council(tmp_path / "council"), "--audience", "internal", "--port", str(port))
    try:
        assert urlsplit(preview.url).port == port
        assert b"Not for publication" in shows(preview, "Plans open")
        preview.process.send_signal(signal.SIGINT)
        assert preview.process.wait(PATIENCE) == 130
        with pytest.raises(OSError, match="refused"):
            preview.get()
    finally:
        preview.process.kill()


def test_in_a_browser_the_page_follows_a_save_at_the_same_place(preview: Preview) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium is installed on this machine")
    asked: list[str] = []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1000, "height": 500})
        page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
        page.goto(preview.url)
        page.wait_for_selector("iframe:not(.waiting)")
        number = page.evaluate("document.body.dataset.page")
        page.evaluate("document.querySelector('iframe').contentWindow.scrollTo({top: 700, behavior: 'instant'})")
        preview.save("config/indicators.yaml", INDICATORS.replace("name: Plans open", "name: Plans seen"))
        # Asked by hand: `wait_for_function` asks again from within the page, whose policy allows no eval.
        until = time.monotonic() + PATIENCE
        while page.evaluate("document.body.dataset.page") == number:
            assert time.monotonic() < until, "the page did not follow the save"
            page.wait_for_timeout(20)
        assert page.evaluate("document.querySelector('iframe').contentWindow.scrollY") == 700
        assert "Plans seen" in page.frames[-1].content()
        preview.save("config/indicators.yaml", INDICATORS.replace("polarity: low", "polarity: <img src=x>"))
        page.wait_for_selector("#banner:not([hidden])", timeout=PATIENCE * 1000)
        assert "<img src=x>" in page.inner_text("#banner pre")
        assert "Plans seen" in page.frames[-1].content()
        page.screenshot(path=preview.root.parent / "preview.png")
        browser.close()
    assert {place for place in asked if place} == {urlsplit(preview.url).netloc}
