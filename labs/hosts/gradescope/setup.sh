#!/usr/bin/env bash
# Makes Gradescope's image: the .NET 10 SDK, bubblewrap, and the kit (kit.tar.gz in this archive), built.
set -euo pipefail
apt-get update -qq
apt-get install -y -qq --no-install-recommends curl ca-certificates libicu-dev bubblewrap
curl -fsSL https://dot.net/v1/dotnet-install.sh -o /tmp/dotnet-install.sh
bash /tmp/dotnet-install.sh --channel 10.0 --install-dir /usr/share/dotnet
ln -sf /usr/share/dotnet/dotnet /usr/local/bin/dotnet
mkdir -p /autograder/kit
tar -xzf /autograder/source/kit.tar.gz -C /autograder/kit
/autograder/kit/lab doctor
