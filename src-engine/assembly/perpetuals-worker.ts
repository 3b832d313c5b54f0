/**
 * Entry of a thread that reads the perpetuals of venues: their answers have megabytes, for which the thread that trades must not be blocked.
 * `workerData` is the PerpetualQuestion; it posts a PerpetualAnswer with each batch, and receives pauses until it is ended.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { TimeUs } from '../domain/time.ts';
import { giveWay } from '../lib/give-way.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { venueAdapter } from '../venues/registry.ts';
import { type PerpetualBatch, PerpetualFeed } from '../venues/toolkit/perpetual-feed.ts';
import { RequestPause } from '../venues/toolkit/request-pause.ts';
import type { VenueUrls } from '../venues/venue-adapter.ts';
import { WebNetwork } from '../venues/web-network.ts';

export type PerpetualQuestion = {
  readonly venues: readonly {
    /** Id of the adapter. */
    readonly venue: string;
    readonly urls: VenueUrls | undefined;
    /** What the venue asks of this address as the thread begins: nothing is asked of it for so long. 0: it does not. */
    readonly pausedForUs: number;
    readonly isBan: boolean;
    /** Since when its payments are wanted, by symbol. */
    readonly wantedSince: ReadonlyMap<string, TimeUs>;
  }[];
  /** Whose perpetuals are read, by the codes of today. */
  readonly coins: readonly string[];
};

/** `pausedForUs`: how long the venue wants nothing asked of it from now on; 0: it did not say so. */
export type PerpetualAnswer = {
  readonly venue: string;
  readonly batch: PerpetualBatch;
  readonly pausedForUs: number;
  readonly isBan: boolean;
};

/** An order to the thread: it asks this venue nothing for so long. */
export type PerpetualOrder = {
  readonly venue: string;
  readonly pausedForUs: number;
  readonly isBan: boolean;
};

const LOW_PRIORITY = 10;

if (parentPort === null) throw new Error('perpetuals-worker.ts runs in a worker thread only');
// On Linux this is the thread alone; elsewhere it would be the whole process.
if (process.platform === 'linux') giveWay(LOW_PRIORITY);
const port = parentPort;
const { venues, coins } = workerData as PerpetualQuestion;
const wanted = new Set(coins);
const clock = new SystemClock();
const network = new WebNetwork();
const pauses = new Map<string, RequestPause>();

function pauseFor({ venue, pausedForUs, isBan }: PerpetualOrder): void {
  const nowUs = clock.nowUs();
  pauses.get(venue)?.begin(nowUs + pausedForUs, nowUs, { isBan });
}

const feeds = venues.flatMap(({ venue, urls, pausedForUs, isBan, wantedSince }) => {
  const access = venueAdapter(venue, 'venues').perpetuals;
  if (access === undefined) return [];
  const pause = new RequestPause();
  pauses.set(venue, pause);
  pauseFor({ venue, pausedForUs, isBan });
  const source = access.open({ clock, network, random: Math.random, pause, urls });
  const onBatch = (batch: PerpetualBatch): void => {
    const nowUs = clock.nowUs();
    const answer: PerpetualAnswer = {
      venue,
      batch,
      pausedForUs: pause.waitUs(nowUs),
      isBan: pause.isBanned(nowUs),
    };
    port.postMessage(answer);
  };
  return new PerpetualFeed({ clock, source, isWanted: ({ base }) => wanted.has(base), wantedSince, onBatch });
});

port.on('message', pauseFor);
for (const feed of feeds) feed.start();
