# For the checks of the sidecar, after lib.sh: a broker with short lifetimes, and sidecars of it.
issuer=https://localhost:8443
resource=https://ledger.example.org
sidecars=()

# documented PAGE [N]: the page's Nth YAML example with the addresses of this run's broker.
documented() {
  awk -v wanted="${2:-1}" '/^```/ { if (inside) exit; if ($0 == "```yaml" && ++n == wanted) { inside = 1; next } } inside' "$top/docs/sidecar/$1.md" |
    sed "s#url: https:.*#url: $BROKER_HTTPS\n    issuer: $issuer#; s#/run/mintmark/#$work/run/#"
}

# short_lived_broker LIFETIME: everything struck for spiffe://dev.mintmark/ns/payments/sa/* lives that long.
short_lived_broker() {
  mkdir -p "$work/policy"
  cat > "$work/policy/policy.yaml" <<YAML
apiVersion: mintmark.io/v1
kind: Resource
metadata: {name: ledger}
spec: {owner: ledger-team@example.org, audience: "$resource", scopes: [ledger:read]}
---
apiVersion: mintmark.io/v1
kind: Grant
metadata: {name: payments-reads-ledger}
spec:
  owner: payments@example.org
  workload: spiffe://dev.mintmark/ns/payments/sa/*
  evidence: [jwt-svid]
  issue: {accessToken: {resource: ledger, scopes: [ledger:read], lifetime: $1}}
---
apiVersion: mintmark.io/v1
kind: Grant
metadata: {name: payments-identities}
spec:
  owner: payments@example.org
  workload: spiffe://dev.mintmark/ns/payments/sa/*
  evidence: [jwt-svid]
  issue: {jwtSvid: {audiences: ["$resource"], lifetime: $1}, x509Svid: {lifetime: $1}}
YAML
  MINTMARK_ISSUER=$issuer broker "$work/data" --dev --policy "$work/policy"
}

# evidence NAME FILE: a JWT-SVID of the development authority for spiffe://dev.mintmark/ns/payments/sa/NAME.
evidence() {
  mintmark dev jwt-svid --data "$work/data" --id "spiffe://dev.mintmark/ns/payments/sa/$1" --audience "$issuer" --ttl 1h > "$2" ||
    die "no JWT-SVID"
}

# sidecar CONFIG SOCKET: starts one and waits for its socket.
sidecar() {
  local config=$1 socket=$2
  "$top/mintmark" sidecar --config "$config" > "$config.log" 2>&1 < /dev/null &
  sidecars+=($!)
  if ! eventually 60 test -S "$socket"; then
    tail -n 20 "$config.log" >&2
    die "the sidecar did not start"
  fi
}

stop_sidecars() {
  local pid
  for pid in ${sidecars[@]+"${sidecars[@]}"}; do kill "$pid" 2> /dev/null && wait "$pid" 2> /dev/null; done
  sidecars=()
}
at_exit stop_sidecars
