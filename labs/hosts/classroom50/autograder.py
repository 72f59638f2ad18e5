#!/usr/bin/env python3
"""Grades one submission for Classroom 50: CLASSROOM/autograders/ASSIGNMENT/autograder.py.

The runner starts it in the student's checkout. Beside it in the bundle lie kit.tar.gz (the kit with its labs: `git archive`) and
lab.txt (the lab's number). The .NET 10 SDK comes from the assignment's runtime block:
{"container": {"image": "mcr.microsoft.com/dotnet/sdk:10.0-noble", "user": "root"}}.

Exit code 0: result.json says how the submission did. Anything else: the machine failed, not the student.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile

bundle = pathlib.Path(__file__).resolve().parent
checkout = pathlib.Path.cwd()
lab = (bundle / "lab.txt").read_text(encoding="utf-8").strip()


def submission() -> pathlib.Path:
    """The student's file: in the lab's folder, or at the top."""
    found = sorted(checkout.glob(f"labs/{lab}-*/Lab.cs")) + [checkout / "Lab.cs"]
    return next((file for file in found if file.is_file()), checkout / "Lab.cs")


with tempfile.TemporaryDirectory() as kit:
    with tarfile.open(bundle / "kit.tar.gz") as archive:
        archive.extractall(kit, filter="data")
    # Only this one file leaves the checkout: nothing else of the student's is near the kit.
    handed = pathlib.Path(kit) / "handed" / os.environ.get("OWNER", "student")
    handed.mkdir(parents=True)
    if submission().is_file() and not submission().is_symlink():
        (handed / "Lab.cs").write_bytes(submission().read_bytes())
    out = pathlib.Path(kit) / "out"
    graded = subprocess.run(
        ["bash", "./lab", "grade", str(handed / "Lab.cs"), "--lab", lab, "--format", "classroom50", "--out", str(out)], cwd=kit, check=False)
    if graded.returncode != 0 or not (out / "result.json").is_file():
        sys.exit(1)
    shutil.copy(out / "result.json", checkout / "result.json")
