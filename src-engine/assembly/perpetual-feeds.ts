/** Where a session's perpetuals are read: on a thread of their own from their venues, or made from the prices of a local exchange. */
import type { Worker } from 'node:worker_threads';
import type { BookStore } from '../books/book-store.ts';
import { assetOfToday } from '../domain/asset-alias.ts';
import type { Decimal } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import { pairOf, type PerpetualContract, perpetualVenue } from '../domain/perpetual.ts';
import { type DurationUs, US_PER_SECOND } from '../domain/time.ts';
import { assetName } from '../domain/venue-asset.ts';
import { SpotMarkets } from '../engine/perpetuals/funding-board.ts';
import type { OfferedVenue, OpenPerpetuals } from '../engine/perpetuals/perpetuals-desk.ts';
import type { Clock } from '../lib/clock.ts';
import { ADAPTERS, localName } from '../venues/registry.ts';
import { SimulatedPerpetuals } from '../venues/simulated/simulated-perpetuals.ts';
import { MAX_CONTRACTS, PerpetualFeed } from '../venues/toolkit/perpetual-feed.ts';
import type { RequestPauses } from '../venues/toolkit/request-pause.ts';
import type { PerpetualAnswer, PerpetualOrder, PerpetualQuestion } from './perpetuals-worker.ts';
import { readerThread } from './reader-thread.ts';
import type { VenueOptions } from './venue-options.ts';

/** A thread that ended by itself is started again after this. */
const AGAIN_US: DurationUs = 30 * US_PER_SECOND;

/** Every venue whose perpetuals can be watched. @param spotOfAdapter the session's name of its spot market. */
export function offeredPerpetuals(
  isLocal: boolean,
  spotOfAdapter: (adapter: string) => string | undefined,
): readonly OfferedVenue[] {
  return ADAPTERS.filter(({ perpetuals }) => perpetuals !== undefined).map((adapter) => ({
    venue: adapter.id,
    title: isLocal ? `Simulated ${adapter.title} perpetuals` : `${adapter.title} perpetuals`,
    isSimulated: isLocal,
    spotVenue: spotOfAdapter(adapter.id),
    recordedAs: isLocal ? localName(adapter) : adapter.id,
  }));
}

/** Coins of the session, by the codes of today. */
export function coinsOf(instruments: readonly Instrument[]): readonly string[] {
  return [...new Set(instruments.map(({ base }) => assetOfToday(assetName(base))))];
}

/** At whose name its pauses are kept: one that is asked at the host of its spot market waits for both, others have a host of their own. */
function pausedAs(venue: string): string {
  const isShared = ADAPTERS.find(({ id }) => id === venue)?.perpetuals?.isShared === true;
  return isShared ? venue : perpetualVenue(venue);
}

export type LivePerpetualParts = {
  readonly clock: Clock;
  readonly pauses: RequestPauses;
  readonly venueUrls: VenueOptions['venueUrls'];
  readonly coins: readonly string[];
};

/** Reads real venues. What they ask of this address holds for the spot market too where both are asked at one host. */
export function livePerpetuals({ clock, pauses, venueUrls, coins }: LivePerpetualParts): OpenPerpetuals {
  return (venues, onBatch, wantedSince) => {
    /** With the pauses that hold now: a venue that bans this address is not asked by a thread that begins. */
    const questionNow = (): PerpetualQuestion => {
      const nowUs = clock.nowUs();
      const standing = venues.map((venue) => {
        const pause = pauses.of(pausedAs(venue));
        return {
          venue,
          urls: venueUrls?.[perpetualVenue(venue)],
          pausedForUs: pause.waitUs(nowUs),
          isBan: pause.isBanned(nowUs),
          wantedSince: wantedSince(venue),
        };
      });
      return { venues: standing, coins };
    };
    let worker: Worker | undefined;
    let isStopped = false;
    let cancelAgain = (): void => undefined;
    const send = (order: PerpetualOrder): void => worker?.postMessage(order);
    const share = ({ venue, pausedForUs, isBan }: PerpetualAnswer): void => {
      const pause = pauses.of(pausedAs(venue));
      const nowUs = clock.nowUs();
      if (pausedForUs > 0) pause.begin(nowUs + pausedForUs, nowUs, { isBan });
      const waitUs = pause.waitUs(nowUs);
      if (waitUs > pausedForUs) send({ venue, pausedForUs: waitUs, isBan: pause.isBanned(nowUs) });
    };
    const begin = (): void => {
      worker = readerThread('perpetuals-worker', questionNow());
      let reason = 'the thread that reads perpetuals has ended';
      worker.on('message', (answer: PerpetualAnswer) => {
        if (isStopped) return;
        share(answer);
        onBatch(answer.venue, answer.batch);
      });
      worker.on('error', (error) => {
        reason = `${reason}: ${error.message}`;
      });
      worker.once('exit', () => {
        if (isStopped) return;
        const nothing = { contracts: [], readings: [], payments: [], unread: [], newUnread: 0 };
        for (const venue of venues) onBatch(venue, { receivedUs: clock.nowUs(), ...nothing, fault: reason });
        cancelAgain = clock.schedule(clock.nowUs() + AGAIN_US, begin);
      });
    };
    begin();
    return {
      async stop() {
        isStopped = true;
        cancelAgain();
        await worker?.terminate();
      },
    };
  };
}

export type LocalPerpetualParts = {
  readonly clock: Clock;
  readonly seed: number;
  readonly store: BookStore;
  readonly instruments: readonly Instrument[];
  readonly offered: readonly OfferedVenue[];
};

/** Makes them from the session's own simulated spot markets: a contract for each pair. */
export function localPerpetuals(parts: LocalPerpetualParts): OpenPerpetuals {
  const { clock, seed, store, instruments, offered } = parts;
  const spots = new SpotMarkets(store, instruments);
  return (venues, onBatch, wantedSince) => {
    const feeds = offered
      .filter(({ venue }) => venues.includes(venue))
      .map(({ venue, spotVenue }, at) => {
        const priceOf = ({ symbol }: PerpetualContract): Decimal | undefined =>
          spots.find(symbol, spotVenue)?.prices?.mid;
        const source = new SimulatedPerpetuals({
          clock,
          seed: seed + at,
          contracts: madeContracts(instruments),
          priceOf,
        });
        return new PerpetualFeed({
          clock,
          source,
          isWanted: () => true,
          wantedSince: wantedSince(venue),
          onBatch: (batch) => onBatch(venue, batch),
        });
      });
    for (const feed of feeds) feed.start();
    return {
      stop() {
        for (const feed of feeds) feed.stop();
        return Promise.resolve();
      },
    };
  };
}

/** Against the currencies that perpetuals are settled in. */
const SETTLED_IN: ReadonlySet<string> = new Set(['USD', 'USDT', 'USDC']);

function madeContracts(instruments: readonly Instrument[]): readonly PerpetualContract[] {
  const pairs = new Map<string, PerpetualContract>();
  for (const instrument of instruments) {
    const symbol = pairOf(instrument);
    const [base = '', quote = ''] = symbol.split('/');
    if (!SETTLED_IN.has(quote) || SETTLED_IN.has(base)) continue;
    pairs.set(symbol, { symbol, contract: `${base}${quote}`, base, quote });
  }
  return [...pairs.values()].slice(0, MAX_CONTRACTS);
}
