#!/usr/bin/env bash
# Installs the Debian packages of system-packages.txt that are missing; without root it names them.
set -euo pipefail
cd "$(dirname "$0")"
missing=()
while read -r name; do
  [ -n "$name" ] || continue
  dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
done < system-packages.txt
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "缺少系统包（相应测试将跳过）missing system packages, their tests are skipped: ${missing[*]}" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
