"""Runs notebooks of the course with nbclient, and compares the kinds of outputs with the saved ones.

Those that begin with 0; all of them where LAB_NOTEBOOKS is "all". (`lab run --check` runs all of them anyway, on the same session.)
"""
import concurrent.futures
import itertools
import os
import pathlib
import sys
import time

import nbclient
import nbformat


def kinds(cell):
    """The kinds of a cell's outputs; neighbouring pieces of one stream are one."""
    names = [output.get("name", output["output_type"]) for output in cell["outputs"]]
    return [name for name, _ in itertools.groupby(names)]


def run(path):
    """Runs a notebook; returns whether all is well, and what to print."""
    notebook = nbformat.read(path, as_version=4)
    saved = [kinds(cell) for cell in notebook.cells if cell.cell_type == "code"]
    start = time.time()
    try:
        nbclient.NotebookClient(notebook, timeout=600, startup_timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    except Exception as problem:
        return False, f"{path.stem}: {type(problem).__name__}: {problem}"
    now = [kinds(cell) for cell in notebook.cells if cell.cell_type == "code"]
    different = [number for number, pair in enumerate(zip(saved, now), 1) if pair[0] != pair[1]]
    result = "as saved" if not different else f"other outputs in cells {different}"
    return not different, f"{path.stem}: {result}, {time.time() - start:.1f} s"


# Several at once, each with one thread: the course's tensors are small, and a second thread gains little on one of them.
os.environ["OMP_NUM_THREADS"] = "1"
folder = pathlib.Path(os.environ["LAB_ROOT"]) / "notebooks"
chosen = "*.ipynb" if os.environ.get("LAB_NOTEBOOKS") == "all" else "0*.ipynb"
paths = sorted(folder.glob(chosen), reverse=True)                  # the later ones take longer
with concurrent.futures.ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1))) as several:
    results = list(several.map(run, paths))
for _, text in reversed(results):
    print(text)
sys.exit(0 if all(good for good, _ in results) else 1)
