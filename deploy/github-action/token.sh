#!/bin/sh
# Exchanges the identity of a GitHub Actions job for a scoped access token: POSIX sh and curl, nothing else.
# Reads MINTMARK_* as action.yml sets them and what the runner gives a job; writes to GITHUB_OUTPUT.
# No secret is ever an argument of a program: curl reads them from files that only this user can read.
set -eu
umask 077

say() { printf '::error title=mintmark::%s\n' "$1"; }
die() {
  say "$1"
  exit 1
}

# What comes from outside is shown short and on one line: a line that begins with :: would be a command to the runner.
shown() { printf '%s' "$1" | tr -c 'A-Za-z0-9 ._:/,"=()-' '?' | cut -c 1-200; }

# One line without control characters, quotes or backslashes: what curl's own configuration can hold.
plain() { # NAME VALUE
  case $2 in
    *[!A-Za-z0-9\ ._~:/?#@\!\$\&\'\(\)*+,\;=%-]*) die "$1 has a character that it cannot have" ;;
  esac
}

# text NAME: the value of a text member of the flat JSON object on stdin, whose values need no unescaping.
text() { tr -d '\r\n' | sed -n 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*"\([^"\\]*\)".*/\1/p'; }
number() { tr -d '\r\n' | sed -n 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*\([0-9]\{1,18\}\)[[:space:],}].*/\1/p'; }

# A compact JWT: three parts of base64url.
is_jwt() {
  case $1 in
    '' | *[!A-Za-z0-9._-]* | *.*.*.* | .* | *. | *..*) return 1 ;;
    *.*.*) return 0 ;;
    *) return 1 ;;
  esac
}

# call URL CONFIG ANSWER: prints the status. https and no redirect: a token follows nobody to another host.
call() {
  set -- "$1" "$2" "$3" "=https"
  case $1 in
    http://127.0.0.1:* | http://localhost:*) set -- "$1" "$2" "$3" "=http" ;;
  esac
  curl -q --silent --show-error --proto "$4" --max-redirs 0 --max-time "$timeout" --max-filesize 65536 \
    --config "$2" --output "$3" --write-out '%{http_code}' --url "$1"
}

: "${GITHUB_OUTPUT:?it is not set: this runs in a job of GitHub Actions}"
: "${RUNNER_TEMP:?it is not set: this runs in a job of GitHub Actions}"
broker=${MINTMARK_BROKER-}
resource=${MINTMARK_RESOURCE-}
scopes=${MINTMARK_SCOPES-}
broker=${broker%/}
audience=${MINTMARK_AUDIENCE:-$broker}
ca_file=${MINTMARK_CA_FILE-}
timeout=${MINTMARK_TIMEOUT:-20}

case $broker in
  https://?* | http://127.0.0.1:* | http://localhost:*) ;;
  *) die "broker is no https address" ;;
esac
[ -n "$resource" ] || die "resource is missing"
case $timeout in
  '' | *[!0-9]* | ????*) die "timeout is no number of seconds" ;;
esac
plain broker "$broker"
plain resource "$resource"
plain scopes "$scopes"
plain audience "$audience"
[ -z "$ca_file" ] || [ -f "$ca_file" ] || die "ca-file is no file"
plain ca-file "$ca_file"
if [ -z "${ACTIONS_ID_TOKEN_REQUEST_URL-}" ] || [ -z "${ACTIONS_ID_TOKEN_REQUEST_TOKEN-}" ]; then
  die "the job has no identity: give it permissions: {id-token: write}"
fi
case $ACTIONS_ID_TOKEN_REQUEST_URL in
  https://?* | http://127.0.0.1:* | http://localhost:*) ;;
  *) die "the runner's address for identities is no https address" ;;
esac
plain "the runner's address for identities" "$ACTIONS_ID_TOKEN_REQUEST_URL"
plain "the runner's token" "$ACTIONS_ID_TOKEN_REQUEST_TOKEN"

folder=$(mktemp -d "$RUNNER_TEMP/mintmark.XXXXXXXXXX")
kept=
clean_up() { if [ -z "$kept" ]; then rm -rf -- "$folder"; else rm -f -- "$folder"/curl.* "$folder"/answer.*; fi; }
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# The job's identity, for the broker alone.
{
  printf 'header = "Authorization: bearer %s"\n' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN"
  printf 'get\ndata-urlencode = "audience=%s"\n' "$audience"
} > "$folder/curl.identity"
status=$(call "$ACTIONS_ID_TOKEN_REQUEST_URL" "$folder/curl.identity" "$folder/answer.identity") ||
  die "GitHub's identities cannot be reached"
[ "$status" = 200 ] || die "GitHub gave no identity: status $status"
identity=$(text value < "$folder/answer.identity")
is_jwt "$identity" || die "GitHub gave no identity that is a JWT"
printf '::add-mask::%s\n' "$identity"

{
  if [ -n "$ca_file" ]; then printf 'cacert = "%s"\n' "$ca_file"; fi
  printf 'data = "grant_type=client_credentials"\n'
  printf 'data-urlencode = "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"\n'
  printf 'data = "client_assertion=%s"\n' "$identity"
  printf 'data-urlencode = "resource=%s"\n' "$resource"
  if [ -n "$scopes" ]; then printf 'data-urlencode = "scope=%s"\n' "$scopes"; fi
} > "$folder/curl.broker"
status=$(call "$broker/oauth2/token" "$folder/curl.broker" "$folder/answer.broker") || die "the broker cannot be reached"
if [ "$status" != 200 ]; then
  reason=$(text error_description < "$folder/answer.broker")
  [ -n "$reason" ] || reason=$(text error < "$folder/answer.broker")
  die "the broker refused: status $status, $(shown "${reason:-without a reason}")"
fi
token=$(text access_token < "$folder/answer.broker")
is_jwt "$token" || die "the broker gave no token that is a JWT"
# before anything else could print it
printf '::add-mask::%s\n' "$token"
lifetime=$(number expires_in < "$folder/answer.broker")
[ -n "$lifetime" ] || die "the broker did not say when the token expires"
expires=$(($(date +%s) + lifetime))

printf 'Authorization: Bearer %s\n' "$token" > "$folder/header"
{
  printf 'token=%s\n' "$token"
  printf 'token-file=%s\n' "$folder/header"
  printf 'expires-at=%s\n' "$expires"
} >> "$GITHUB_OUTPUT"
kept=yes
printf 'mintmark: a token for %s, valid for %s s\n' "$(shown "$resource")" "$lifetime"
