#!/bin/sh
# Removes the file of a token, if it is one that token.sh made.
set -eu

case ${MINTMARK_TOKEN_FILE-} in
  *..*) ;;
  "${RUNNER_TEMP:?it is not set}"/mintmark.??????????/header)
    folder=${MINTMARK_TOKEN_FILE%/header}
    if [ ! -L "$folder" ]; then rm -rf -- "$folder"; fi
    exit 0 ;;
esac
printf '::error title=mintmark::token-file is none of this action\n'
exit 1
