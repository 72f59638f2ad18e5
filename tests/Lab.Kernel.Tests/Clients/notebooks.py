"""Runs every notebook of the course with nbclient, and compares the kinds of outputs with the saved ones."""
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


folder = pathlib.Path(os.environ["LAB_ROOT"]) / "notebooks"
failed = False
for path in sorted(folder.glob("*.ipynb")):
    notebook = nbformat.read(path, as_version=4)
    saved = [kinds(cell) for cell in notebook.cells if cell.cell_type == "code"]
    start = time.time()
    try:
        nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    except Exception as problem:
        print(f"{path.stem}: {type(problem).__name__}: {problem}")
        failed = True
        continue
    now = [kinds(cell) for cell in notebook.cells if cell.cell_type == "code"]
    different = [number for number, pair in enumerate(zip(saved, now), 1) if pair[0] != pair[1]]
    failed = failed or bool(different)
    result = "as saved" if not different else f"other outputs in cells {different}"
    print(f"{path.stem}: {result}, {time.time() - start:.1f} s")
sys.exit(1 if failed else 0)
