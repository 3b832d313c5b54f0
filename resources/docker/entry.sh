#!/bin/sh
# Process 1 of the container: passes signals on to the engine, and ends only once the engine's watchdog has, which has to outlive a dead
# engine to cancel its orders. When process 1 ends, everything in the container does.
node src-engine/entry/cli.ts "$@" &
engine=$!
trap 'kill -TERM "$engine" 2>/dev/null' TERM INT
wait "$engine"
code=$?
# A signal ends the wait before the engine.
while kill -0 "$engine" 2>/dev/null; do
  wait "$engine"
  code=$?
done
node=$(command -v node)
seconds=0
while [ "$seconds" -lt 25 ]; do
  left=0
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/exe" 2>/dev/null)" = "$node" ] && left=1
  done
  [ "$left" = 0 ] && break
  sleep 1
  seconds=$((seconds + 1))
done
exit "$code"
