# Shared by the scripts that start a peer. Each starts it in a folder of the caller's choice, on loopback
# ports that are free unless given, prints NAME=value lines to reach it, and keeps process ids in DIR/pids.
set -euo pipefail
peers=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
umask 077

# open_folder DIR: makes it and leaves its absolute path in $dir.
open_folder() {
  mkdir -p "$1"
  dir=$(cd "$1" && pwd)
  [ ! -s "$dir/pids" ] || { echo "$(basename "$0"): something runs in \"$dir\" already: see $peers/down" >&2; exit 1; }
  : > "$dir/pids"
  trap '[ $? = 0 ] || "$peers/down" "$dir"' EXIT
}

free_port() { "$peers/free-port"; }

# background LOG COMMAND...: starts it, log in DIR/LOG.log.
background() {
  local log=$dir/$1.log
  shift
  "$@" > "$log" 2>&1 < /dev/null &
  echo $! >> "$dir/pids"
}

# until_ok SECONDS LOG COMMAND...: repeats the command until it succeeds; shows the log where it never does.
until_ok() {
  local end=$((SECONDS + $1)) log=$dir/$2.log
  shift 2
  until "$@" > /dev/null 2>&1; do
    if [ "$SECONDS" -ge "$end" ]; then
      echo "$(basename "$0"): \"$*\" did not succeed in time; the end of $log:" >&2
      tail -n 20 "$log" >&2
      return 1
    fi
    sleep 0.2
  done
}

# authority NAME: a P-256 root in DIR/NAME.key and NAME.crt that lives for two days.
authority() {
  openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj "/CN=$1" -keyout "$dir/$1.key" -out "$dir/$1.crt" 2> /dev/null
}

# certificate AUTHORITY NAME SUBJECT EXTENSION: DIR/NAME.key and NAME.crt under that root.
certificate() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$3" \
    -keyout "$dir/$2.key" -out "$dir/$2.csr" 2> /dev/null
  openssl x509 -req -days 2 -in "$dir/$2.csr" -CA "$dir/$1.crt" -CAkey "$dir/$1.key" -CAcreateserial \
    -extfile <(printf '%s\n' "$4") -out "$dir/$2.crt" 2> /dev/null
}
