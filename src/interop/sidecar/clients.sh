# For the checks of clients that the sidecar configures, after lib.sh and common.sh: what a page of docs/sidecar says is
# what runs here, with this run's ports and folders.

# block PAGE LANGUAGE N: the page's Nth fenced block of the language.
block() {
  awk -v begin="\`\`\`$2" -v wanted="$3" '/^```/ { if (inside) exit; if ($0 == begin && ++n == wanted) { inside = 1; next } } inside' \
    "$top/docs/sidecar/$1.md"
}

# broker_of PAGE LIFETIME: a broker with the page's policy, under an issuer that others can reach; what its first
# grant gives lives that long.
broker_of() {
  local port
  port=$(free_port)
  issuer=https://localhost:$port
  mkdir -p "$work/policy"
  block "$1" yaml 1 | awk -v life="lifetime: $2" '!done && sub(/lifetime: [0-9]+[smh]/, life) { done = 1 } 1' > "$work/policy/policy.yaml"
  MINTMARK_ISSUER=$issuer MINTMARK_HTTPS_LISTEN=127.0.0.1:$port broker "$work/data" --dev --policy "$work/policy"
}

# ours: what a page says, with this run's issuer, folders and a free port for health.
ours() {
  sed -e "s#https://localhost:8443#$issuer#g" -e "s#/tmp/mintmark#$work/data#g" -e "s#/run/mintmark#$work/run#g" \
    -e '/^  evidence: \[/i\  health: {listen: "127.0.0.1:0"}'
}

# sidecar_until CONFIG FILE: starts one and waits for a file of it.
sidecar_until() {
  "$top/mintmark" sidecar --config "$1" > "$1.log" 2>&1 < /dev/null &
  sidecars+=($!)
  if ! eventually 60 test -s "$2"; then
    tail -n 20 "$1.log" >&2
    die "the sidecar wrote nothing"
  fi
}
