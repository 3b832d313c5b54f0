/** A channel over a WebSocket that is open. */
import type { WebSocket } from 'ws';
import type { Channel } from './channel.ts';

const UNSUPPORTED_DATA = 1003;

export function webSocketChannel(socket: WebSocket): Channel {
  return {
    send: (text) => socket.send(text),
    bufferedBytes: () => socket.bufferedAmount,
    close: () => socket.close(),
    onMessage(listener) {
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        if (isBinary) socket.close(UNSUPPORTED_DATA, 'texts only');
        else listener(data.toString('utf8'));
      });
    },
    onClose: (listener) => socket.on('close', listener),
  };
}
