/** What reading a frame costs at the least: a socket, the text of the frame, JSON.parse of it. */
import { WebSocket } from 'ws';
import { symbolsOf } from './made-books.ts';
import type { ClientStart } from './messages.ts';
import { serveClient } from './serve-client.ts';
import { SocketStamps } from './socket-stamps.ts';
import { WayRecord } from './way-record.ts';

const { face, wsUrl } = JSON.parse(process.argv[2] ?? '{}') as ClientStart;
const stamps = new SocketStamps();
stamps.install();
const record = new WayRecord();
const symbols = Object.values(symbolsOf(face));

const names = symbols.map((symbol) => symbol.replace('/', '').toLowerCase());
const [address, subscribe] =
  face === 'kraken'
    ? [`${wsUrl}/v2`, { method: 'subscribe', params: { channel: 'book', symbol: symbols, depth: 25 } }]
    : [`${wsUrl}/stream`, { method: 'SUBSCRIBE', params: names.map((name) => `${name}@bookTicker`), id: 1 }];
const socket = new WebSocket(address, { perMessageDeflate: false });
/** What was parsed, so that nothing is left out as unused. */
let parsed = 0;
socket.on('message', (data: Buffer) => {
  const frame = JSON.parse(data.toString('utf8')) as { readonly data?: object };
  if (frame.data === undefined) return;
  parsed += Object.keys(frame.data).length;
  record.frame(stamps.receivedMs, performance.now());
});
await new Promise<void>((resolve) => socket.once('open', () => resolve()));
socket.send(JSON.stringify(subscribe));

serveClient({
  begin: () => record.clear(),
  end: () => {
    if (parsed === 0) throw new Error('nothing was parsed');
    return record.figures(1);
  },
  stop: async () => socket.close(),
});
