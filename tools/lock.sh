#!/usr/bin/env bash
# Renews locks/*.txt: names, versions and hashes only, one core that every other lock is held to.
set -euo pipefail
cd "$(dirname "$0")/.."
compile=(uv pip compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11 pyproject.toml)
"${compile[@]}" -o locks/core.txt
"${compile[@]}" --extra world -c locks/core.txt -o locks/world.txt
"${compile[@]}" --extra postgres -c locks/core.txt -o locks/postgres.txt
"${compile[@]}" --extra gm -c locks/core.txt -o locks/gm.txt
"${compile[@]}" --extra hsm -c locks/core.txt -o locks/hsm.txt
"${compile[@]}" --extra iot -c locks/core.txt -o locks/iot.txt
"${compile[@]}" --extra linkage -c locks/core.txt -o locks/linkage.txt
"${compile[@]}" --extra models -c locks/core.txt -o locks/models.txt
"${compile[@]}" --extra reports -c locks/core.txt -o locks/reports.txt
"${compile[@]}" --extra s3 -c locks/core.txt -o locks/s3.txt
"${compile[@]}" --extra spark -c locks/core.txt -o locks/spark.txt
"${compile[@]}" --extra world --extra postgres --extra gm --extra hsm --extra iot --extra linkage --extra models --extra reports --extra s3 --extra spark --extra dev -c locks/core.txt -o locks/dev.txt
