"""Opens a notebook in Jupyter Notebook with a real browser: runs it, completes with Tab, interrupts an endless cell."""
import asyncio
import base64
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from tornado.websocket import websocket_connect

browser, pictures = sys.argv[1], pathlib.Path(sys.argv[2])
scratch = pathlib.Path(os.environ["LAB_SCRATCH"]) / "browser"
scratch.mkdir(exist_ok=True)
pictures.mkdir(parents=True, exist_ok=True)

notebook = new_notebook(metadata={"kernelspec": {"name": ".net-csharp", "display_name": ".NET (C#)", "language": "C#"}})
notebook.cells = [
    new_code_cell("#!import kit.csx"),
    new_code_cell("using Lab.Plots;\nPlot.Function(Math.Sin, 0, 10, \"A sine.\", new(\"x\"), new(\"sin x\"))"),
    new_code_cell("foreach (var step in Progress.Over(5, \"training\")) { Progress.Note($\"loss {1.0 / (step + 1):0.00}\"); }"),
    new_code_cell("Math.Sq"),
    new_code_cell("var rounds = 0;\nwhile (true)\n    rounds++;"),
]
nbformat.write(notebook, scratch / "course.ipynb")


class Page:
    """A page of the browser, over its DevTools protocol."""

    def __init__(self, connection):
        self.connection, self.number = connection, 0

    async def call(self, method, **params):
        self.number += 1
        await self.connection.write_message(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(await self.connection.read_message())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    async def js(self, expression):
        answer = await self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def until(self, what, expression, seconds=120):
        end = time.time() + seconds
        while time.time() < end:
            try:
                if await self.js(expression):
                    return
            except RuntimeError:
                pass                                    # the page is not that far
            await asyncio.sleep(0.1)
        await self.picture("failed")
        raise TimeoutError(f"not seen within {seconds} s: {what}. The page says: {await self.js('document.body.innerText.slice(0, 2000)')}")

    async def key(self, name, code):
        for kind in ("rawKeyDown", "keyUp"):
            await self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code)

    async def tab(self, what, text, expression):
        """Types a text into cell 3 and presses Tab; again where the page, busy with something else, missed the key."""
        for left in reversed(range(8)):
            await self.key("Escape", 27)
            await self.js("Jupyter.notebook.select(3); Jupyter.notebook.scroll_to_cell(3, 0); Jupyter.notebook.edit_mode();"
                          f"Jupyter.notebook.get_cell(3).set_text('{text}'); Jupyter.notebook.get_cell(3).code_mirror.execCommand('goDocEnd');"
                          "Jupyter.notebook.get_cell(3).code_mirror.focus()")
            await asyncio.sleep(0.3)
            await self.key("Tab", 9)
            try:
                return await self.until(what, expression, seconds=15)
            except TimeoutError:
                if left == 0:
                    raise

    async def picture(self, name):
        shot = await self.call("Page.captureScreenshot", format="png")
        (pictures / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))


async def check(page, port):
    await page.call("Page.enable")
    await page.call("Page.navigate", url=f"http://127.0.0.1:{port}/notebooks/course.ipynb")
    await page.until("the kernel is idle", "window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded && Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()")
    await page.js("Jupyter.notebook.execute_cells([0, 1, 2])")
    await page.until("a chart", "document.querySelector('.output .js-plotly-plot .main-svg .trace path') !== null")
    await page.until("the progress", "document.querySelector('.output progress') !== null && document.body.innerText.includes('training: 5 of 5')")
    print("a chart is drawn, and the training's bar is full")
    await page.picture("1-chart")

    await page.tab("Tab completes", "Math.Sq", "Jupyter.notebook.get_cell(3).get_text() === 'Math.Sqrt'")
    await page.tab("a list of completions", "Console.Wri", "document.querySelector('.completions') !== null && document.querySelector('.completions').innerText.includes('WriteLine')")
    print("Tab completes, one way at once and several as a list")
    await page.picture("2-completions")
    await page.key("Escape", 27)
    await page.js("Jupyter.notebook.get_cell(3).set_text('')")

    await page.js("Jupyter.notebook.execute_cells([4])")
    await asyncio.sleep(1)
    assert await page.js("Jupyter.notebook.get_cell(4).element.hasClass('running')"), "the endless cell does not run"
    await page.js("document.querySelector('button[data-jupyter-action=\"jupyter-notebook:interrupt-kernel\"]').click()")
    await page.until("the interrupt", "Jupyter.notebook.get_cell(4).element.find('.output').text().includes('Interrupted')")
    await page.js("Jupyter.notebook.insert_cell_below('code', 4); Jupyter.notebook.get_cell(5).set_text('rounds > 0'); Jupyter.notebook.execute_cells([5])")
    await page.until("the session lives on", "Jupyter.notebook.get_cell(5).element.find('.output').text().includes('True')")
    await page.js("Jupyter.notebook.scroll_to_cell(4, 0)")
    await asyncio.sleep(0.5)
    print("an endless cell is interrupted, and the session lives on")
    await page.picture("3-interrupted")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def main():
    port = free_port()
    profile = scratch / "profile"
    server = subprocess.Popen(
        [sys.executable, "-m", "notebook", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root",
         "--NotebookApp.token=", "--NotebookApp.password=", f"--notebook-dir={scratch}"],
        stdout=open(scratch / "server.log", "w"), stderr=subprocess.STDOUT)
    window = subprocess.Popen(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--remote-debugging-port=0", "--window-size=1200,900",
         f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.time() + 40
        ready = profile / "DevToolsActivePort"
        while time.time() < end:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api").read()
                if ready.exists() and len(ready.read_text().split()) == 2:
                    break
            except OSError:
                pass
            time.sleep(0.1)
        tabs = json.loads(urllib.request.urlopen(f"http://127.0.0.1:{ready.read_text().split()[0]}/json").read())
        address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
        await check(Page(await websocket_connect(address, max_message_size=2 ** 28)), port)
    except BaseException:
        print(re.sub(r"(?m)^", "server: ", (scratch / "server.log").read_text()[-3000:]))
        raise
    finally:
        window.terminate()
        server.terminate()
        window.wait(20)
        server.wait(20)
        shutil.rmtree(profile, ignore_errors=True)


asyncio.run(main())
