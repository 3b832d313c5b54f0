/** A channel over a WebSocket that is open. */
import type { WebSocket } from 'ws';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import type { Channel } from './channel.ts';

const UNSUPPORTED_DATA = 1003;
/** Pings a second that are answered. Browsers send none, and a proxy one in many seconds. */
const MAX_PINGS = 10;

export function webSocketChannel(socket: WebSocket): Channel {
  return {
    send: (message) =>
      typeof message === 'string' ? socket.send(message) : socket.send(message.bytes, { binary: false }),
    bufferedBytes: () => socket.bufferedAmount,
    close: () => socket.close(),
    hold: (on) => (on ? socket.pause() : socket.resume()),
    onMessage(listener) {
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        if (isBinary) socket.close(UNSUPPORTED_DATA, 'texts only');
        else listener(data.toString('utf8'));
      });
    },
    onClose: (listener) => socket.on('close', listener),
  };
}

/** Answers pings, and stops reading from a client that sends more than it may until the second is over. */
export function answerPings(socket: WebSocket, clock: Clock): void {
  let pings = 0;
  socket.on('ping', (data: Buffer) => {
    if (++pings === 1) {
      clock.schedule(clock.nowUs() + US_PER_SECOND, () => {
        pings = 0;
        socket.resume();
      });
    }
    if (pings <= MAX_PINGS) socket.pong(data);
    else socket.pause();
  });
}
