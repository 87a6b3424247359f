#!/usr/bin/env bash
# dbt-duckdb 1.11.1 with dbt-core 1.11.16 copies the rows of a seed from the folder that dbt remembers (`root_path` in
# partial_parse.msgpack), not from the project it was called for; names and types of columns dbt reads from the latter. dbt
# renews what it remembers of a file only if the file changed. So a project that was copied together with `target/`, or two
# checkouts that share a --target-path, take rows of the other folder, without a word; where that folder is gone the seed fails
# with "No files found". `--no-partial-parse` is right.
# Seen: a copy of the project whose own file says `second` loads `first`; with --no-partial-parse `second`.
# Ends with 1 if that changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
	dbt-core==1.11.16 dbt-duckdb==1.11.1 dbt-adapters==1.24.5 dbt-common==1.39.0 duckdb==1.5.6

mkdir -p "$folder/one/seeds"
cd "$folder/one"
printf 'name: small\nprofile: small\n' > dbt_project.yml
printf 'small:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: %s/rows.duckdb}\n' "$folder" > profiles.yml
printf 'word\nsecond\n' > seeds/words.csv

seed() {
	DO_NOT_TRACK=1 "$folder/venv/bin/dbt" --quiet seed --full-refresh --project-dir "$1" --profiles-dir "$folder/one" \
		--target-path "$1/target" --log-path "$folder/logs" "${@:2}"
	"$folder/venv/bin/python" -c "
import duckdb
print(duckdb.connect('$folder/rows.duckdb', read_only=True).sql('from words').fetchone()[0])"
}

[ "$(seed "$folder/one")" = second ]
cp -a "$folder/one" "$folder/two"
printf 'word\nfirst\n' > "$folder/one/seeds/words.csv" # in the other folder: the copy keeps its own file
remembered=$(seed "$folder/two")
anew=$(seed "$folder/two" --no-partial-parse)
echo "the copy, which says second: $remembered; with --no-partial-parse: $anew"
if [ "$remembered $anew" != "first second" ]; then
	echo "changed: rows come from the project that dbt was called for" >&2
	exit 1
fi
