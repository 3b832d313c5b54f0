/** A channel over a WebSocket that is open. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import type { Channel, LargeAnswer } from './channel.ts';

const UNSUPPORTED_DATA = 1003;
/** Pings a second that are answered. Browsers send none, and a proxy one in many seconds. */
const MAX_PINGS = 10;

/** @param stream what carries the frames. */
export function webSocketChannel(socket: WebSocket, stream: Duplex): Channel {
  return {
    send(message) {
      if (typeof message === 'string') socket.send(message);
      else if ('bytes' in message) socket.send(message.bytes, { binary: false });
      else sendLarge(socket, stream, message);
    },
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

/** Two fragments of one message in one write, so that the bytes of the answer are sent from where they lie. */
function sendLarge(socket: WebSocket, stream: Duplex, { head, answer, taken }: LargeAnswer): void {
  stream.cork();
  socket.send(head, { binary: false, fin: false });
  socket.send(answer.rest, { binary: false, fin: true }, taken);
  stream.uncork();
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
