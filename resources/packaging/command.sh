#!/bin/sh
# Runs the command line on the Node that came with this package.
self=$(readlink -f -- "$0") && here=$(dirname -- "$self") || exit 1
exec "$here/../watchdog/node" "$here/out/main/cli.js" "$@"
