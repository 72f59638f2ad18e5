#!/usr/bin/env bash
# Prepares a fresh container: packages, build, kit.csx; then what is nice to have, as far as the network allows.
set -euo pipefail
cd "$(dirname "$0")/.."

./lab doctor

# .NET Interactive is deprecated: where its tool can still be had, notebooks also open in Jupyter with it.
dotnet tool install --global Microsoft.dotnet-interactive --allow-roll-forward >/dev/null 2>&1 \
    && echo "Installed dotnet-interactive." \
    || echo "dotnet-interactive is not to be had: use the Polyglot Notebooks or Verso extension, or ./lab run."
