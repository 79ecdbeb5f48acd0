#!/bin/sh
# Writes the golden files beside it: what jq 1.6 answers about fixtures/.
# Needs jq, gzip, zstd, awk, sed, iconv and python3. Give a directory to write there instead:
#   tests/golden/make.sh /tmp/golden && diff -r -x make.sh tests/golden /tmp/golden
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
fixtures=$here/../../fixtures
out=${1:-$here}
mkdir -p "$out"

# The recipe as people type it; for numeric times only.
recipe='.Events[] | [(.EventTime|.+32400|todate),.EventSource,.EventName] | @tsv'
for name in cli-v1 cli-v1-integer cli-v1-fraction crlf-bom py27 jq-sorted; do
    jq -r "$recipe" "$fixtures/$name.json" > "$out/$name.recipe.tsv"
done
# The same answer where the times are text, in UTC or Tokyo: jq must be helped to read them.
epoch='def epoch: (.[0:10] + "T" + .[11:19] + "Z" | fromdate)
    - (if endswith("+09:00") then 32400 elif test("(Z|[+]00:00)$") then 0 else error("zone of " + .) end);'
for name in cli-v2 cli-v2-tokyo insights boto3-default-str javascript; do
    jq -r "$epoch"' .Events[] | [(.EventTime|epoch|.+32400|todate),.EventSource,.EventName] | @tsv' \
        "$fixtures/$name.json" > "$out/$name.recipe.tsv"
done

# EventId, userIdentity.arn, sourceIPAddress, errorMessage, requestParameters.templateBody
# and .description: whatever @tsv escapes, and what it leaves alone.
for name in cli-v1 cli-v2 cli-v2-tokyo; do
    jq -r '.Events[] | [.EventId] + (.CloudTrailEvent | fromjson | [.userIdentity.arn, .sourceIPAddress, .errorMessage]
        + (.requestParameters | if type == "object" then [.templateBody, .description] else [null, null] end)) | @tsv' \
        "$fixtures/$name.json" > "$out/$name.fields.tsv"
done

# count, EventSource, EventName; most first, ties by key.
counted='group_by(.) | map([length] + .[0]) | sort_by(-.[0]) | .[] | @tsv'
count() {
    jq -r -n "[inputs | $2 | [.EventSource,.EventName]] | $counted" "$fixtures/$1" > "$out/${1%.*}.count.tsv"
}
for name in cli-v1 cli-v1-integer cli-v1-fraction crlf-bom py27 jq-sorted \
    cli-v2 cli-v2-tokyo insights boto3-default-str javascript; do
    count $name.json '.Events[]'
done
count boto3-pages.json '.[].Events[]'
count query-events.json '.[]'
count jq-inlined.json .

# The first event with its record decoded, where jq prints every number as it was.
for name in cli-v1-integer cli-v1-fraction cli-v2 cli-v2-tokyo boto3-default-str javascript; do
    jq '.Events[0] | .CloudTrailEvent |= fromjson' "$fixtures/$name.json" > "$out/$name.show.json"
done

# count, EventSource, EventName of the whole directory.
calls='def call:
    if type == "array" then .[] | call
    elif type == "string" then fromjson | call
    elif has("CloudTrailEvent") then [.EventSource, .EventName]
    elif has("results") then .results[][] | select(.field == "@message") | .value | call
    elif .Events // .Records // .events // .logEvents // .message // .detail
    then .Events // .Records // .events // .logEvents // .message // .detail | call
    elif .insightDetails then .insightDetails | [.eventSource, .eventName]
    else [.eventSource, .eventName] end;'
jq_calls() {
    jq -c "$calls call"
}
# What is no JSON on the outside: the two columns by what each tool is good at.
calls_of() {
    case $1 in
    *.gz) gzip -dc "$1" | jq_calls ;;
    *.zst) zstd -dqc "$1" | jq_calls ;;
    */output-text.txt) awk -F '\t' '/^EVENTS/ { printf "[\"%s\",\"%s\"]\n", $6, $5 }' "$1" ;;
    *.yaml)
        awk '$1 == "EventName:" { name = $2 }
            $1 == "EventSource:" { printf "[\"%s\",\"%s\"]\n", $2, name }' "$1"
        ;;
    */console-history.csv)
        python3 -c 'import csv, json, sys
for row in csv.DictReader(open(sys.argv[1], newline="")):
    print(json.dumps([row["Event source"], row["Event name"]]))' "$1"
        ;;
    */lake.json) jq -c '.QueryResultRows[] | add | [.eventSource, .eventName]' "$1" ;;
    */powershell.json) iconv -f UTF-16 -t UTF-8 "$1" | jq_calls ;;
    */jq-colours.json) sed "s/$(printf '\033')\[[0-9;]*m//g" "$1" | jq_calls ;;
    */logs-tail.txt) sed 's/^[^{]*//' "$1" | jq_calls ;;
    *) jq_calls < "$1" ;;
    esac
}
find "$fixtures" -type f | sort | while IFS= read -r file; do
    calls_of "$file"
done | jq -r -s "$counted" > "$out/fixtures.count.tsv"
