/** A change of a Binance book, from bytes to decision: against a library that only keeps the book, and the platform's own parser. */
import ccxt from 'ccxt';
import { BinanceDecoder } from '../../src-engine/venues/binance/market-decoder.ts';
import { binanceInstruments, binanceStream } from '../binance-stream.ts';
import { HotPath } from '../hot-path.ts';
import { interleaved } from '../measure.ts';
import { type Row, rowOf, versionOf } from '../report.ts';

const ROUNDS = 25;
const WARM_UP = 8;
const DEPTH = 100;

type Body = { readonly lastUpdateId: number; readonly bids: string[][]; readonly asks: string[][] };

/** ccxt's own handler of Binance's streams: JSON.parse and handleMessage, no detection. */
class CcxtBook {
  readonly #venue = new ccxt.pro.binance();
  /** Never connected: frames are handed to it. */
  readonly #client = this.#venue.client('wss://127.0.0.1:9/stream');
  readonly #symbol: string;
  readonly #body: Body;

  constructor(snapshot: string) {
    const { snapshot: symbol, data } = JSON.parse(snapshot) as {
      readonly snapshot: string;
      readonly data: Body;
    };
    this.#symbol = symbol;
    this.#body = data;
  }

  /** Begins the book anew, as ccxt does with the answer of its REST call. */
  begin(): void {
    const { lastUpdateId: nonce, bids, asks } = this.#body;
    const amounts = (rows: string[][]): number[][] => rows.map((row) => row.map(Number));
    const book = this.#venue.orderBook({}, DEPTH);
    book.reset({ bids: amounts(bids), asks: amounts(asks), nonce });
    this.#venue.orderbooks[this.#symbol] = book;
  }

  feed(frame: string): void {
    this.#venue.handleMessage(this.#client, JSON.parse(frame));
  }

  /** The number that the book holds, to show that it did the work. */
  get nonce(): unknown {
    return this.#venue.orderbooks[this.#symbol]?.['nonce'];
  }
}

export function binanceRows(): Row[] {
  const stream = binanceStream();
  const { name, updates } = stream;
  const ours = new HotPath(binanceInstruments(), {
    venue: 'binance',
    homeAsset: 'USDT',
    bookDepth: DEPTH,
    decoder: (instruments, sink) => new BinanceDecoder(instruments, sink, 'binance'),
  });
  const peer = new CcxtBook(stream.snapshots[0] ?? '');
  let parsed = 0;
  const [oursNs = [], ccxtNs = [], jsonNs = []] = interleaved(
    [
      { name: 'ours', prepare: () => ours.prepare(stream), run: () => ours.run(stream) },
      {
        name: 'ccxt',
        prepare: () => peer.begin(),
        run: () => {
          for (let i = 0; i < updates.length; i++) peer.feed(updates[i] as string);
          return updates.length;
        },
      },
      {
        name: 'JSON.parse',
        run: () => {
          for (let i = 0; i < updates.length; i++)
            parsed += (JSON.parse(updates[i] as string) as { data: { b: unknown[] } }).data.b.length;
          return updates.length;
        },
      },
    ],
    ROUNDS,
    WARM_UP,
  );
  ours.check(name);
  const last = Number(/"u":(\d+)/.exec(updates.at(-1) ?? '')?.[1]);
  const { state, lastSeq } = ours.kernel.store.sync(0);
  if (parsed === 0 || peer.nonce !== last || state !== 'live' || lastSeq !== last)
    throw new Error(`${name}: somebody lost the book (${String(peer.nonce)}, ${lastSeq} and not ${last})`);
  const row = { name: `frame → decision (${name})`, unit: 'ns/frame', ours: oursNs, less: true };
  return [
    rowOf({
      ...row,
      peer: `ccxt ${versionOf('ccxt')}, parse and book alone`,
      peerValue: ccxtNs,
      atLeast: 3,
    }),
    rowOf({ ...row, peer: 'JSON.parse of the frame alone', peerValue: jsonNs, atLeast: 1 }),
  ];
}
