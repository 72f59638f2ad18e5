"""Times how long Jupyter kernels take to their first answers: the kit's, and Python's own, started in turns.

Standard input: {"rounds", "kernels": [{"name", "spec" or "argv", "folder", "cells": [[what, code]], "complete": [what, code]}]}.
Standard output: one JSON line for each kernel and round, {"kernel", "seconds": {what: seconds}} or {"kernel", "error"}; a
kernel that failed is not started again. A cell's time is from the process's start to its reply, a completion's its own.
"""

import json
import sys
from time import perf_counter

try:
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import KernelManager
except Exception as problem:
    print(json.dumps({"error": f"{type(problem).__name__}: {problem}"}), flush=True)
    sys.exit(1)

LIMIT = 120
COMPLETIONS = 5


def reply(client, request):
    while True:
        message = client.get_shell_msg(timeout=LIMIT)
        if message["parent_header"].get("msg_id") == request:
            if message["content"]["status"] != "ok":
                raise RuntimeError(message["content"].get("evalue", message["content"]["status"]))
            return


def lap(kernel):
    manager = KernelManager(kernel_name=kernel["spec"]) if "spec" in kernel else KernelManager()
    if "argv" in kernel:
        manager._kernel_spec = KernelSpec(argv=kernel["argv"], display_name=kernel["name"], language=kernel["name"])
    seconds = {}
    start = perf_counter()
    manager.start_kernel(cwd=kernel["folder"])
    try:
        client = manager.client()
        client.start_channels()
        try:
            for what, code in kernel["cells"]:
                reply(client, client.execute(code))
                seconds[what] = perf_counter() - start
            what, code = kernel["complete"]
            for _ in range(COMPLETIONS):                    # the last is warm
                start = perf_counter()
                reply(client, client.complete(code, len(code)))
                seconds[what] = perf_counter() - start
        finally:
            client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
    return seconds


wanted = json.loads(sys.stdin.readline())
kernels = wanted["kernels"]
for turn in range(wanted["rounds"]):
    for kernel in list(kernels if turn % 2 == 0 else reversed(kernels)):
        try:
            print(json.dumps({"kernel": kernel["name"], "seconds": lap(kernel)}), flush=True)
        except Exception as problem:
            print(json.dumps({"kernel": kernel["name"], "error": f"{type(problem).__name__}: {problem}"}), flush=True)
            kernels.remove(kernel)
