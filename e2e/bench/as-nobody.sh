#!/bin/sh
# Runs TETHER_DRIVEN_COMMAND with the given arguments as the user nobody: Chromium sandboxes its pages only when it is not root.
exec setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=-all --bounding-set=-all "$TETHER_DRIVEN_COMMAND" "$@"
