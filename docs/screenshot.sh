#!/usr/bin/env bash
# Renders the HTML report of the example dump to docs/report.png, and stores the SHA-256 of that HTML next to
# it. A test compares this hash with tests/report/all.html, so that the picture is renewed with the report.
# Needs chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

page=tests/report/all.html
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --force-color-profile=srgb \
    --window-size=1100,900 --user-data-dir="$profile" --screenshot="$PWD/docs/report.png" "file://$PWD/$page" 2>/dev/null
sha256sum "$page" | cut -d ' ' -f 1 >docs/report.png.sha256
