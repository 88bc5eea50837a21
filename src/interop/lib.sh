# For the checks in this folder: `. "$(dirname "$0")/lib.sh"`. A check works in $work, which goes away with
# everything that it started; it says `pass` or `fail` for each thing it shows and ends with `conclude`.
set -uo pipefail
interop=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$interop/../.." && pwd)
check=$(basename "$0")
work=$(mktemp -d "${TMPDIR:-/tmp}/mm-$check.XXXXXX")
passed=0
failed=0
started_peers=()
broker_pid=

mintmark() { "$top/mintmark" "$@"; }

pass() {
  passed=$((passed + 1))
  echo "  pass  $*"
}

fail() {
  failed=$((failed + 1))
  echo "  FAIL  $*" >&2
}

# holds TEXT COMMAND...: passes where the command succeeds; its output is shown only where it does not.
holds() {
  local text=$1
  shift
  if "$@" > "$work/.output" 2>&1; then pass "$text"; else
    fail "$text"
    sed 's/^/        /' "$work/.output" | tail -n 20 >&2
  fi
}

# refuses TEXT WORD COMMAND...: passes where the command fails and says WORD.
refuses() {
  local text=$1 word=$2
  shift 2
  if "$@" > "$work/.output" 2>&1; then fail "$text: it was not refused"
  elif grep -qF -- "$word" "$work/.output"; then pass "$text"
  else
    fail "$text: refused, but without \"$word\""
    sed 's/^/        /' "$work/.output" | tail -n 20 >&2
  fi
}

# kubectl without its warnings of what is deprecated. The filter is awaited: who looks at what was said finds it.
without_deprecations() {
  { command kubectl "$@" 2>&1 >&3 3>&- | { grep -v "is deprecated in" >&2 || true; } } 3>&1
}

# die TEXT: for what a check cannot go on without.
die() {
  fail "$@"
  conclude
}

# conclude [FIGURES]: the check's last line and exit code.
conclude() {
  if [ "$failed" = 0 ] && [ "$passed" -gt 0 ]; then
    echo "$check: $passed held${1:+, $1}"
    exit 0
  fi
  echo "$check: $failed of $((passed + failed)) did not hold" >&2
  exit 1
}

# eventually SECONDS COMMAND...: repeats the command until it succeeds.
eventually() {
  local end=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

free_port() { "$interop/peers/free-port"; }

# peer NAME [ARGUMENT...]: starts it with peers/NAME-up in $work/NAME and exports what it prints.
peer() {
  local name=$1 line
  shift
  "$interop/peers/$name-up" "$work/$name" "$@" > "$work/$name.values" || die "$name did not start"
  started_peers+=("$work/$name")
  while IFS= read -r line; do export "${line?}"; done < "$work/$name.values"
}

# installed NAME...: the peers' programs come first on PATH.
installed() {
  local bin
  bin=$("$interop/peers/install" "$@") || die "cannot install $*"
  PATH=$bin:$PATH
}

# broker DATA [ARGUMENT...]: starts a broker on free ports and sets BROKER_HTTPS, BROKER_HTTP and
# BROKER_MANAGEMENT from DATA/endpoints.json. MINTMARK_ISSUER and the like are the caller's to export.
broker() {
  local data=$1
  shift
  mkdir -p -m 700 "$data"
  data=$(cd "$data" && pwd)
  rm -f "$data/endpoints.json"
  MINTMARK_HTTPS_LISTEN=${MINTMARK_HTTPS_LISTEN:-127.0.0.1:0} \
    MINTMARK_HTTP_LISTEN=${MINTMARK_HTTP_LISTEN:-127.0.0.1:0} \
    MINTMARK_MANAGEMENT_LISTEN=${MINTMARK_MANAGEMENT_LISTEN:-127.0.0.1:0} \
    "$top/mintmark" broker --data "$data" "$@" > "$work/broker.log" 2>&1 < /dev/null &
  broker_pid=$!
  if ! eventually 120 broker_answers_or_ended "$data" || ! kill -0 "$broker_pid" 2> /dev/null; then
    tail -n 30 "$work/broker.log" >&2
    die "the broker did not start"
  fi
  BROKER_HTTPS=$(endpoint "$data" https)
  BROKER_HTTP=$(endpoint "$data" http)
  BROKER_MANAGEMENT=$(endpoint "$data" management)
  export BROKER_HTTPS BROKER_HTTP BROKER_MANAGEMENT
}

broker_answers_or_ended() {
  kill -0 "$broker_pid" 2> /dev/null || return 0
  [ -s "$1/endpoints.json" ] && curl -fsk --max-time 2 "$(endpoint "$1" https)/oauth2/jwks"
}

# endpoint DATA NAME: an address in use, empty where there is none of that name.
endpoint() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1])).get(sys.argv[2], ""))' "$1/endpoints.json" "$2"
}

# stop_broker [SIGNAL]: waits until it has ended.
stop_broker() {
  [ -n "$broker_pid" ] || return 0
  kill "-${1:-TERM}" "$broker_pid" 2> /dev/null
  wait "$broker_pid" 2> /dev/null
  broker_pid=
}

# at_exit COMMAND: what else is to be done at the end, whatever it says; the check's own exit code stays.
at_exit() { at_exit+=("$1"); }
at_exit=()

clean_up() {
  local code=$? folder command
  for command in ${at_exit[@]+"${at_exit[@]}"}; do $command; done
  stop_broker
  for folder in ${started_peers[@]+"${started_peers[@]}"}; do "$interop/peers/down" "$folder"; done
  if [ "$code" = 0 ] || [ -z "${MINTMARK_KEEP_WORK-}" ]; then rm -rf "$work"; else echo "$check: kept \"$work\"" >&2; fi
  exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
