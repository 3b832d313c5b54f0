/** A thread of the peer: for every trial it reads the log line by line into tardis-dev's order books, and no more. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parentPort, workerData } from 'node:worker_threads';
import { OrderBook } from 'tardis-dev';

type Line = {
  readonly t: number;
  readonly i?: string;
  readonly b: readonly (readonly [string, string])[];
  readonly a: readonly (readonly [string, string])[];
};

const path = workerData as string;

async function trial(): Promise<number> {
  const books = new Map<string, OrderBook>();
  let best = 0;
  for await (const text of createInterface({ input: createReadStream(path) })) {
    const { t, i, b, a } = JSON.parse(text) as Line;
    if (i === undefined) continue;
    let book = books.get(i);
    if (book === undefined) books.set(i, (book = new OrderBook()));
    const levels = (side: Line['b']) =>
      side.map(([price, amount]) => ({ price: Number(price), amount: Number(amount) }));
    const at = new Date(t / 1_000);
    book.update({
      type: 'book_change',
      symbol: i,
      exchange: 'kraken',
      isSnapshot: true,
      bids: levels(b),
      asks: levels(a),
      timestamp: at,
      localTimestamp: at,
    });
    best += book.bestBid()?.price ?? 0;
  }
  return best;
}

parentPort?.on('message', () => void trial().then((best) => parentPort?.postMessage(best)));
