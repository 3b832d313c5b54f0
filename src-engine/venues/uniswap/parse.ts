/** Lines of the process that reads pools (`process/follower.ts`), from bytes to our values. */
import type { DecimalText } from '../../domain/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { jsonFrame } from '../toolkit/frame-parser.ts';
import type { Json } from '../toolkit/json.ts';
import { listIn, MarketParser, numberIn } from '../toolkit/market-parser.ts';
import { ackOf } from '../toolkit/side-lines.ts';
import { BOOK, OTHER, type StreamFrame } from '../toolkit/stream-frame.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { DEPLOYMENTS } from './deployments.ts';

export type PoolCost = {
  readonly instrument: Instrument;
  readonly orderCost: DecimalText;
  readonly minNotional: DecimalText;
};

/** What lasts from one connection to the next. */
export type ChainSession = { chainId?: number };

function chainName(id: number): string {
  return DEPLOYMENTS.find(({ chainId }) => chainId === id)?.title ?? `chain ${id}`;
}

const isCost = (value: unknown): value is DecimalText =>
  typeof value === 'string' && /^\d{1,20}(\.\d{1,20})?$/.test(value);

export class PoolParser extends MarketParser {
  /** The line in hand shows that the newest block is still the newest: books of it are as young as this line. */
  isConfirmed = false;
  /** What an order of each pool costs and must be worth, as the line in hand says it. */
  costs: readonly PoolCost[] = [];
  readonly #session: ChainSession;

  constructor(symbols: SymbolIndex, session: ChainSession = {}) {
    super(symbols);
    this.#session = session;
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    this.isConfirmed = false;
    this.costs = [];
    const json = jsonFrame(text);
    switch (json['event']) {
      case 'book':
        return this.#book(json, receivedUs);
      case 'alive':
        this.isConfirmed = true;
        return OTHER;
      case 'gas':
        this.isHarmless = true;
        this.#sameChain(json['chain']);
        this.costs = listIn(json['costs'], 'costs').flatMap((cost) => this.#cost(cost));
        return OTHER;
      case 'ack':
        return ackOf(json);
      case 'failed':
        return this.#failed(json);
      case 'note':
        return {
          kind: 'note',
          text: typeof json['text'] === 'string' ? json['text'].slice(0, 240) : '',
          isByRest: false,
        };
      case 'pong':
        return OTHER;
      default:
        throw new FrameError('bad-layout', `a line of an unknown kind: ${text.slice(0, 60)}`);
    }
  }

  /** Both sides of a pool at one block: each book is whole. */
  #book({ symbol, chain, time, block, bids, asks }: Json, receivedUs: TimeUs): StreamFrame {
    const instrument = this.bookOf(symbol, true, receivedUs);
    this.#sameChain(chain);
    this.isConfirmed = true;
    numberIn(block, 'block');
    this.sides(instrument, bids, asks);
    this.update.venueUs = numberIn(time, 'time') * US_PER_MS;
    return BOOK;
  }

  /**
   * The first chain of a session is that of all its books: pools of another one have the same names. A recording of before lines named
   * their chain has books without it. @throws FrameError for another one.
   */
  #sameChain(chain: unknown): void {
    if (typeof chain !== 'number') return;
    this.#session.chainId ??= chain;
    const { chainId } = this.#session;
    if (chain !== chainId)
      throw new FrameError(
        'bad-layout',
        `the endpoint is of ${chainName(chain)} now, and this session began on ${chainName(chainId)}: start the session anew`,
      );
  }

  /** None for a pool that is not of this run. @throws FrameError for a cost that is no decimal. */
  #cost(cost: unknown): PoolCost[] {
    const [symbol, orderCost, minNotional] = listIn(cost, 'a cost');
    const instrument = typeof symbol === 'string' ? this.symbols.find(symbol) : undefined;
    if (instrument === undefined) return [];
    if (!isCost(orderCost) || !isCost(minNotional))
      throw new FrameError('bad-layout', 'the cost of a swap is not a decimal of zero or more');
    return [{ instrument, orderCost, minNotional }];
  }

  #failed({ symbol, text }: Json): never {
    this.instrument = this.find(symbol);
    throw new FrameError('bad-layout', typeof text === 'string' ? text.slice(0, 240) : 'no reason is given');
  }
}
