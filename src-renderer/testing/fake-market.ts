/** A made-up market for tests and the preview page: books that wander, in the contract's own shapes. */
import type { InstrumentRecord } from '../../src-engine/contract/records.ts';
import type { BookView, QuoteView } from '../../src-engine/contract/topics.ts';
import type { BookState } from '../../src-engine/domain/event.ts';
import { nowUs } from './fake-clock.ts';
import { FakeTape } from './fake-tape.ts';

/** symbol, price in units, price decimals, quantity decimals. */
const PAIRS: readonly (readonly [string, number, number, number])[] = [
  ['BTC/USD', 672_341, 1, 8],
  ['ETH/USD', 342_107, 2, 8],
  ['ETH/BTC', 50_882, 6, 8],
  ['SOL/USD', 15_643, 2, 8],
  ['SOL/BTC', 2_327, 6, 8],
  ['SOL/ETH', 45_723, 6, 8],
  ['XRP/USD', 52_314, 5, 8],
  ['XRP/BTC', 778, 8, 8],
  ['XRP/ETH', 15_291, 8, 8],
  ['ADA/USD', 384_512, 6, 8],
  ['ADA/BTC', 57_190, 10, 8],
  ['DOT/USD', 61_034, 4, 8],
  ['LINK/USD', 1_392_841, 5, 8],
  ['LTC/USD', 8_341, 2, 8],
  ['LTC/BTC', 12_406, 7, 8],
  ['DOGE/USD', 1_234_501, 7, 8],
  ['BTC/EUR', 618_932, 1, 8],
  ['ETH/EUR', 314_911, 2, 8],
  ['EUR/USD', 108_634, 5, 5],
  ['USDT/USD', 9_998, 4, 8],
  ['USDC/USD', 10_001, 4, 8],
  ['BTC/USDT', 672_471, 1, 8],
  ['ETH/USDT', 342_171, 2, 8],
  ['XMR/USD', 16_234, 2, 8],
  ['ATOM/USD', 46_231, 4, 8],
  ['AVAX/USD', 2_731, 2, 6],
  ['UNI/USD', 7_431, 3, 8],
  ['AAVE/USD', 14_236, 2, 8],
  ['TRX/USD', 151_234, 6, 8],
  ['BCH/USD', 35_112, 2, 8],
  ['BCH/BTC', 522_412, 8, 8],
  ['PEPE/USD', 9_871, 9, 0],
];

type MadeBook = { mid: number; state: BookState; changedMs: number; seed: number };

export class FakeMarket {
  readonly instruments: readonly InstrumentRecord[];
  readonly #books: MadeBook[];
  readonly #random: () => number;
  readonly tape: FakeTape;
  /** While true nothing moves and the books go stale: a pulled cable. */
  cut = false;

  constructor(random: () => number) {
    this.#random = random;
    this.instruments = PAIRS.map(([symbol, , priceDecimals, qtyDecimals], id) => {
      const [base = '', quote = ''] = symbol.split('/');
      return {
        id,
        venue: 'simulated',
        symbol,
        base,
        quote,
        tickSize: unit(priceDecimals),
        lotSize: unit(qtyDecimals),
        minQty: qtyDecimals === 0 ? '100000' : '0.0005',
        minNotional: '0.5',
        priceDecimals,
        qtyDecimals,
        takerFee: '0.0026',
        feeBasis: 'listed by the venue',
        stoppedFor: '',
        status: 'online',
      };
    });
    this.tape = new FakeTape(this, random);
    this.#books = PAIRS.map(([, mid], i) => ({ mid, state: 'live', changedMs: 0, seed: i * 7_919 }));
  }

  /** Moves some books a little. Returns how many changed. */
  move(nowMs: number): number {
    let moved = 0;
    this.#books.forEach((book, id) => {
      if (this.cut) {
        if (nowMs - book.changedMs > 3_000) book.state = 'stale';
        return;
      }
      if (id === 23) book.state = 'syncing';
      else book.state = id === 29 ? 'stale' : 'live';
      if (id === 29 || this.#random() > 0.45 / (1 + id / 12)) return;
      book.changedMs = nowMs;
      book.seed = Math.floor(this.#random() * 1e6);
      book.mid = Math.max(50, book.mid + Math.round((this.#random() - 0.5) * Math.max(2, book.mid / 40_000)));
      moved++;
    });
    this.tape.move(nowUs(), nowMs);
    return moved;
  }

  quote(id: number, nowMs: number): QuoteView {
    const { bids, asks, state, ageUs } = this.book(id, 1, nowMs);
    return {
      instrumentId: id,
      state,
      isTradable: true,
      ageUs,
      bid: bids[0] ?? 0,
      bidQty: bids[1] ?? 0,
      ask: asks[0] ?? 0,
      askQty: asks[1] ?? 0,
    };
  }

  quotes(nowMs: number): QuoteView[] {
    return this.#books.map((_, id) => this.quote(id, nowMs));
  }

  /** The topic `book`. */
  bookOf(params: unknown, nowMs: number): BookView {
    const { instrumentId, levels } = params as { readonly instrumentId: number; readonly levels: number };
    return this.book(instrumentId, levels, nowMs);
  }

  book(id: number, levels: number, nowMs: number): BookView {
    const made = this.#books[id];
    const decimals = this.instruments[id]?.qtyDecimals ?? 0;
    if (made === undefined || made.state === 'syncing') {
      return { instrumentId: id, state: 'syncing', ageUs: null, bids: [], asks: [] };
    }
    const half = Math.max(1, Math.round(made.mid / 60_000));
    const side = (direction: 1 | -1) => {
      const out: number[] = [];
      for (let i = 0; i < levels; i++) {
        const wobble = ((made.seed + i * 31 * (direction + 3)) % 97) / 97;
        const digits = i % 3 === 0 ? decimals : Math.min(decimals, 3);
        const grid = 10 ** (decimals - digits);
        const raw = (0.05 + wobble * (1 + i / 4)) * 10 ** Math.max(decimals, 5);
        out.push(made.mid + direction * (half + i * half), Math.max(grid, Math.round(raw / grid) * grid));
      }
      return out;
    };
    return {
      instrumentId: id,
      state: made.state,
      ageUs: Math.round((nowMs - made.changedMs) * 1_000),
      bids: side(-1),
      asks: side(1),
    };
  }
}

function unit(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`;
}
