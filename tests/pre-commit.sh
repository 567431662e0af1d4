#!/usr/bin/env bash
# Runs the hook of .pre-commit-hooks.yaml with the real pre-commit, from a repository that uses it: an unsafe migration has to
# fail, a safe one to pass. Builds lockwise as pre-commit does. Needs python3 with venv, or pre-commit in the PATH.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if command -v pre-commit >/dev/null; then
  pre_commit=pre-commit
else
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet pre-commit
  pre_commit=$work/venv/bin/pre-commit
fi

# The hook is taken from a commit: what is not committed yet is committed in a copy.
git clone --quiet "$here" "$work/hook"
(cd "$here" && git ls-files --modified --others --exclude-standard -z | xargs -0 -r cp --parents -t "$work/hook" 2>/dev/null || true)
git -C "$work/hook" add --all
git -C "$work/hook" -c user.name=t -c user.email=t@example.invalid commit --quiet --allow-empty -m "as it is"
rev=$(git -C "$work/hook" rev-parse HEAD)

mkdir -p "$work/shop/migrations"
cd "$work/shop"
git init --quiet
cat > .pre-commit-config.yaml <<YAML
repos:
  - repo: $work/hook
    rev: $rev
    hooks:
      - id: lockwise
YAML
echo 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);' > migrations/1_orders.sql
echo 'CREATE INDEX orders_note_idx ON orders (note);' > migrations/2_index.sql
git add --all

export PRE_COMMIT_HOME=$work/cache
if "$pre_commit" run --all-files > "$work/log" 2>&1; then
  cat "$work/log"; echo "the hook let an unsafe migration pass"; exit 1
fi
grep -q 'blocking-index-build' "$work/log" || { cat "$work/log"; echo "the hook failed for another reason"; exit 1; }

echo 'CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);' > migrations/2_index.sql
git add --all
"$pre_commit" run --all-files > "$work/log" 2>&1 || { cat "$work/log"; echo "the hook refused a safe migration"; exit 1; }
echo "the hook works"
