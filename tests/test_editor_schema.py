"""The YAML language server, which editors run, reads the shipped schema: no fault, a description and suggestions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NODE = shutil.which("node")
PACKAGE = Path(os.environ.get("YAML_LANGUAGE_SERVER", ROOT / "node_modules" / "yaml-language-server"))
SERVER = PACKAGE / "bin" / "yaml-language-server"

pytestmark = pytest.mark.skipif(
    NODE is None or not SERVER.exists(),
    reason="npm install yaml-language-server here, or name its folder in YAML_LANGUAGE_SERVER",
)


class Editor:
    """What an editor says to the server, and hears."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process, self.number = process, 0

    def tell(self, method: str, **parameters: Any) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": parameters})

    def ask(self, method: str, **parameters: Any) -> Any:
        self.number += 1
        self._send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters})
        return self.hear(lambda message: message.get("id") == self.number and "method" not in message).get("result")

    def hear(self, wanted: Any) -> Any:
        while True:
            message = self._next()
            if wanted(message):
                return message
            if "id" in message and "method" in message:
                items = message.get("params", {}).get("items", [])
                answer = [{"schemaStore": {"enable": False}} for _ in items]
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": answer})

    def open(self, name: str, text: str) -> tuple[str, list[Any]]:
        """Open a file of config/ with a text; return its address and what the server finds wrong."""
        uri = (ROOT / "config" / name).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=document)
        found = self.hear(
            lambda m: m.get("method") == "textDocument/publishDiagnostics" and m["params"]["uri"] == uri
        )
        return uri, found["params"]["diagnostics"]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _next(self) -> Any:
        assert self.process.stdout is not None
        size = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                size = int(line.partition(b":")[2])
        assert size, "the server ended"
        return json.loads(self.process.stdout.read(size))


@pytest.fixture
def editor() -> Iterator[Editor]:
    process = subprocess.Popen(
        [str(NODE), str(SERVER), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    talk = Editor(process)
    talk.ask("initialize", processId=None, rootUri=ROOT.as_uri(), capabilities={"workspace": {"configuration": True}})
    talk.tell("initialized")
    yield talk
    process.kill()
    process.wait()


@pytest.mark.parametrize("name", ["extracts.yaml", "indicators.yaml", "report.yaml"])
def test_the_shipped_settings_have_no_fault_in_the_editor(editor: Editor, name: str) -> None:
    text = (ROOT / "config" / name).read_text(encoding="utf-8")
    assert editor.open(name, text)[1] == []


def test_a_key_is_described_suggested_and_its_misspelling_marked(editor: Editor) -> None:
    first = (ROOT / "config" / "indicators.yaml").read_text(encoding="utf-8").splitlines()[0]
    text = f"{first}\nindicators:\n  plans:\n    name: Plans\n    polarty: low\n    \n"
    uri, wrong = editor.open("indicators.yaml", text)
    assert any("polarty" in fault["message"] for fault in wrong)
    hover = editor.ask("textDocument/hover", textDocument={"uri": uri}, position={"line": 3, "character": 6})
    assert "In plain words, as members read it." in json.dumps(hover)
    offered = editor.ask("textDocument/completion", textDocument={"uri": uri}, position={"line": 5, "character": 4})
    items = offered["items"] if isinstance(offered, dict) else offered
    assert {"polarity", "kind", "target"} <= {item["label"] for item in items}
