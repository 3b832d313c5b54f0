/** Tries a venue read-only, step by step: its clock, its instruments, and one book for a while. */
import type { Finding } from './finding.ts';
import { BookStore } from '../books/book-store.ts';
import { fromUnits } from '../domain/decimal.ts';
import { describeProblem, UserError } from '../domain/errors.ts';
import { createInstrument, type Instrument, type InstrumentSpec } from '../domain/instrument.ts';
import { US_PER_MS } from '../domain/time.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import type { InstrumentListing, VenueAdapter, VenueContext } from '../venues/venue-adapter.ts';

/** Beyond it deadlines of orders in the venue's time could not be trusted. */
const MAX_SKEW_US = 500 * US_PER_MS;
/** Bases and quotes of the book that is tried, where the venue has them: surely alive. */
const BUSY_BASES = ['BTC', 'ETH'];
const BUSY_QUOTES = ['USDT', 'USD', 'USDC', 'EUR'];
/** Names of instruments that were left out and are repeated. */
const NAMED = 5;

export type TrialOptions = {
  readonly adapter: VenueAdapter;
  readonly context: VenueContext;
  /** How long the book is watched. */
  readonly seconds: number;
  /** Resolves when so much time has passed. */
  readonly wait: (seconds: number) => Promise<void>;
};

/** Each step with what was found. One that fails ends the trial: what follows stands on it. */
export async function tryVenue(options: TrialOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  const step = async <T>(name: string, work: () => Promise<readonly [T, string]>): Promise<T | undefined> => {
    try {
      const [result, detail] = await work();
      findings.push({ name, ok: true, needed: true, detail });
      return result;
    } catch (error) {
      findings.push({ name, ok: false, needed: true, detail: reasonOf(error, options.adapter) });
      return undefined;
    }
  };
  if ((await step('clock', () => tryClock(options))) === undefined) return findings;
  const listing = await step('instruments', () => tryInstruments(options));
  if (listing === undefined) return findings;
  await step('book', () => tryBook(options, listing));
  return findings;
}

async function tryClock({ adapter, context }: TrialOptions): Promise<readonly [true, string]> {
  const sentUs = context.clock.nowUs();
  const { timeUs, stepUs } = await adapter.readTime(context);
  const receivedUs = context.clock.nowUs();
  const skewUs = timeUs + stepUs / 2 - (sentUs + receivedUs) / 2;
  const errorUs = (receivedUs - sentUs + stepUs) / 2;
  const words = `${Math.round(skewUs / US_PER_MS)} ms from this machine's, to within ${Math.ceil(errorUs / US_PER_MS)} ms`;
  if (Math.abs(skewUs) - errorUs <= MAX_SKEW_US) return [true, `the venue's is ${words}`];
  throw new UserError({
    code: 'clock-skew',
    field: 'clock',
    message: `is off: the venue's is ${words}`,
    remedy: 'Set this machine’s clock by the network (NTP).',
  });
}

async function tryInstruments({
  adapter,
  context,
}: TrialOptions): Promise<readonly [InstrumentListing, string]> {
  const listing = await adapter.listInstruments(context);
  const { instruments, leftOut } = listing;
  const online = instruments.filter(({ status }) => status === 'online' || status === undefined).length;
  const named = leftOut.slice(0, NAMED).map(({ name, reason }) => `${name}: ${reason}`);
  const more = leftOut.length > NAMED ? [`${leftOut.length - NAMED} more`] : [];
  const left = leftOut.length === 0 ? '' : `; ${leftOut.length} left out (${[...named, ...more].join('; ')})`;
  return [listing, `${instruments.length}, of which ${online} trade${left}`];
}

async function tryBook(options: TrialOptions, listing: InstrumentListing): Promise<readonly [true, string]> {
  const { adapter, context, seconds, wait } = options;
  const spec = busiest(listing.instruments);
  if (spec === undefined) {
    throw new UserError({
      code: 'nothing-trades',
      message: `${adapter.title} lists no instrument that trades`,
      remedy: 'Check the venue’s status page.',
    });
  }
  const instrument = createInstrument(spec, 0, adapter.id);
  const store = new BookStore([instrument], {
    depth: adapter.bookDepth,
    verifierOf: () => adapter.bookVerifier(),
  });
  const feed = adapter.openFeed(context);
  const seen = { updates: 0, trades: 0, faults: 0, reason: '' };
  feed.start(
    [instrument],
    sinkOf(store, seen, () => feed.resubscribe(0)),
  );
  try {
    await wait(seconds);
  } finally {
    await feed.stop();
  }
  if (store.sync(0).state === 'live') return [true, bookWords(store, instrument, seen, seconds)];
  throw new UserError({
    code: 'no-book',
    field: spec.symbol,
    message: `has no book after ${seconds} s (${seen.reason === '' ? store.sync(0).reason : seen.reason})`,
    remedy:
      'Try again; if it persists, check the venue’s status page and whether a firewall or proxy blocks WebSockets.',
  });
}

type Seen = { updates: number; trades: number; faults: number; reason: string };

function sinkOf(store: BookStore, seen: Seen, resubscribe: () => void): MarketSink {
  return {
    onBook: (update) => {
      const result = store.apply(update);
      if (result === 'applied') seen.updates++;
      else if (result !== 'ignored') {
        seen.faults++;
        seen.reason = store.sync(0).reason;
        resubscribe();
      }
    },
    onTrade: () => void seen.trades++,
    onFeed: ({ state, reason, venue }) => {
      if (state === 'open') return;
      if (reason !== '') seen.reason = reason;
      store.desyncVenue(venue, reason);
    },
    onInstrumentStatus: () => undefined,
    onAlive: (venue, receivedUs) => void store.confirmAlive(venue, receivedUs),
    onBookLost: (id, reason) => {
      seen.faults++;
      seen.reason = reason;
      store.sync(id).desync(reason);
    },
    onRaw: () => undefined,
  };
}

function bookWords(store: BookStore, instrument: Instrument, seen: Seen, seconds: number): string {
  const { bestBid, bestAsk, bidCount, askCount } = store.book(0);
  const price = (units: number): string =>
    Number.isNaN(units) ? 'none' : fromUnits(units, instrument.priceDecimals).toFixed();
  const faults = seen.faults === 0 ? '' : `, ${seen.faults} faults (${seen.reason})`;
  return (
    `${instrument.symbol} ${price(bestBid)} | ${price(bestAsk)}, ${bidCount} + ${askCount} levels, ` +
    `${seen.updates} updates and ${seen.trades} trades in ${seconds} s${faults}`
  );
}

/** The first of the well-known pairs that trades; else the first of all that does. */
function busiest(instruments: readonly InstrumentSpec[]): InstrumentSpec | undefined {
  const online = instruments.filter(({ status }) => status === 'online' || status === undefined);
  for (const base of BUSY_BASES) {
    for (const quote of BUSY_QUOTES) {
      const found = online.find((spec) => spec.base === base && spec.quote === quote);
      if (found !== undefined) return found;
    }
  }
  return online[0];
}

function reasonOf(error: unknown, { title }: VenueAdapter): string {
  if (error instanceof UserError) return describeProblem(error.problem);
  const cause = error instanceof Error ? error.message : String(error);
  return /cannot be reached/.test(cause)
    ? `${cause}. Try it again when ${title} can be reached.`
    : `${title} cannot be reached: ${cause}. Check the connection to the internet, its DNS and its proxy.`;
}
