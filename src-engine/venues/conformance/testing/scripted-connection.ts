import type { Connection, ConnectionEvents } from '../../network.ts';

/** A WebSocket whose other end is a script: what is sent goes to `take`, and what ends it ends at once. */
export function scriptedConnection(events: ConnectionEvents, take: (text: string) => void): Connection {
  return {
    send(text) {
      take(text);
      return true;
    },
    close: () => events.onClose(1000, ''),
    terminate: () => events.onClose(1006, 'terminated'),
  };
}
