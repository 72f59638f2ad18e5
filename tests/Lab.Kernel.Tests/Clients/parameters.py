"""A notebook whose cell of parameters is followed by one of injected parameters, as papermill writes it."""
import os

import nbclient
import nbformat
from nbformat.v4 import new_code_cell, new_notebook

notebook = new_notebook(metadata={"kernelspec": {"name": ".net-csharp", "display_name": ".NET (C#)", "language": "C#"}})
notebook.cells = [
    new_code_cell("var n = 1;\nvar word = \"no\";", metadata={"tags": ["parameters"]}),
    new_code_cell("// Parameters\nvar n = 5;\nvar word = \"of course\";", metadata={"tags": ["injected-parameters"]}),
    new_code_cell("$\"{n * 2} {word}\""),
]
nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": os.environ["LAB_SCRATCH"]}}).execute()
print(notebook.cells[-1].outputs[0]["data"]["text/plain"])
