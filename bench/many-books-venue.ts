/** A venue of the real size: all pairs of a real one over Kraken's protocol, with a generated stream of updates. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { assetPairs, type FrameStream } from './frame-stream.ts';

/** Updates go out in bundles of so many milliseconds. */
const BUNDLE_MS = 10;

type Request = {
  readonly method?: string;
  readonly req_id?: number;
  readonly params?: { readonly channel?: string; readonly symbol?: readonly string[] };
};

export type ManyBooksVenue = {
  readonly urls: { readonly rest: string; readonly stream: string };
  /** Begins to send the updates of the stream, once. */
  send(updatesPerSecond: number): void;
  stop(): Promise<void>;
};

export async function startManyBooksVenue(stream: FrameStream): Promise<ManyBooksVenue> {
  const list = assetPairs();
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      request.url?.startsWith('/0/public/AssetPairs') === true ? list : '{"error":[],"result":{}}',
    );
  });
  const sockets = new WebSocketServer({ server });
  const snapshots = new Map(stream.snapshots.map((frame) => [symbolOf(frame), frame]));
  const timers = new Set<NodeJS.Timeout>();
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) =>
      answer(socket, JSON.parse(data.toString('utf8')) as Request, snapshots),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urls: { rest: `http://127.0.0.1:${port}`, stream: `ws://127.0.0.1:${port}` },
    send(updatesPerSecond) {
      for (const socket of sockets.clients) timers.add(sendUpdates(socket, stream.updates, updatesPerSecond));
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Symbols without a made book are acknowledged and stay empty, as dead pairs do. */
function answer(
  socket: WebSocket,
  { method, req_id, params }: Request,
  snapshots: ReadonlyMap<string, string>,
): void {
  if (method !== 'subscribe' || params?.symbol === undefined) return;
  for (const symbol of params.symbol) {
    const result = {
      channel: params.channel,
      symbol,
      ...(params.channel === 'book' ? { depth: 25, snapshot: true } : {}),
    };
    socket.send(JSON.stringify({ method, req_id, result, success: true }));
    if (params.channel !== 'book') continue;
    const empty = `{"channel":"book","type":"snapshot","data":[{"symbol":"${symbol}","bids":[],"asks":[],"checksum":0,"timestamp":"2026-01-01T00:00:00.000000Z"}]}`;
    socket.send(snapshots.get(symbol) ?? empty);
  }
}

function sendUpdates(socket: WebSocket, updates: readonly string[], perSecond: number): NodeJS.Timeout {
  let next = 0;
  return setInterval(() => {
    const end = Math.min(updates.length, next + (perSecond * BUNDLE_MS) / 1_000);
    for (; next < end; next++) socket.send(updates[next] as string);
  }, BUNDLE_MS);
}

function symbolOf(frame: string): string {
  return /"symbol":"([^"]+)"/.exec(frame)?.[1] ?? '';
}
