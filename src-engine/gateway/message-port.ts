/** A channel over a MessagePort: Electron's MessagePortMain, or that of Node's worker_threads. */
import type { Channel, LargeAnswer, SharedText } from './channel.ts';

/** What both kinds have in common. Electron wraps what arrives in an event with `data`, Node does not. */
export type MessagePortLike = {
  on(event: 'message', listener: (messageOrEvent: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
};

/**
 * The engine posts texts. A port cannot say how much waits at its other end, so the window posts back the
 * length of each text it has handled, as a plain number: that is how a window that hangs is noticed.
 */
export function messagePortChannel(port: MessagePortLike): Channel {
  let waiting = 0;
  let onMessage: ((text: string) => void) | undefined;
  let closed = false;
  port.on('message', (received) => {
    const data = isEvent(received) ? received.data : received;
    if (typeof data === 'string') onMessage?.(data);
    else if (typeof data === 'number' && data >= 0) waiting = Math.max(0, waiting - data);
  });
  return {
    send(message) {
      if (closed) {
        if (isLarge(message)) message.taken();
        return;
      }
      const text = textOf(message);
      waiting += text.length;
      port.postMessage(text);
    },
    bufferedBytes: () => waiting,
    close() {
      closed = true;
      port.close();
    },
    onMessage(listener) {
      onMessage = listener;
      port.start();
    },
    onClose(listener) {
      port.on('close', () => {
        closed = true;
        listener();
      });
    },
  };
}

function isLarge(message: string | SharedText | LargeAnswer): message is LargeAnswer {
  return typeof message !== 'string' && 'answer' in message;
}

/** A port takes texts: the one window that has it is the trader's own. */
function textOf(message: string | SharedText | LargeAnswer): string {
  if (typeof message === 'string') return message;
  if (!isLarge(message)) return message.text;
  const text = message.head + message.answer.rest.toString('utf8');
  message.taken();
  return text;
}

function isEvent(received: unknown): received is { readonly data: unknown } {
  return typeof received === 'object' && received !== null && 'data' in received;
}
