#!/usr/bin/env bash
# Prepares a fresh container: packages, build, kit.csx, and the kernel under the names that notebooks ask for.
set -euo pipefail
cd "$(dirname "$0")/.."

./lab doctor
./lab kernel install --as-dotnet
./lab kernel install
