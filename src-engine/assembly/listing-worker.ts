/**
 * Entry of a thread that reads a venue's list of pairs and compares it with what a session knows. Reading some 3,500 pairs takes
 * a third of a second, for which the thread that trades must not be blocked. `workerData` is the ListingQuestion; it posts a
 * ListingAnswer and ends.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { joiningPairs, type KnownPairs, type SinceStart } from '../engine/market/joining-pairs.ts';
import { giveWay } from '../lib/give-way.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { venueAdapter } from '../venues/registry.ts';
import { SystemNetwork } from '../venues/system-network.ts';
import { RequestPause } from '../venues/toolkit/request-pause.ts';
import type { VenueUrls } from '../venues/venue-adapter.ts';
import { readSelection, type SelectionPlan } from './venue-selection.ts';

export type ListingQuestion = {
  /** Id of the venue whose protocol is spoken. */
  readonly adapter: string;
  readonly urls: VenueUrls | undefined;
  readonly plan: SelectionPlan;
  readonly known: KnownPairs;
  readonly since: SinceStart;
};

/** `pausedForUs`: how long the venue wants nothing asked from now on; 0: it did not say so. */
export type ListingAnswer = { readonly pausedForUs: number; readonly isBan: boolean } & Found;

type Found = { readonly joining: readonly string[] } | { readonly failure: string };

const LOW_PRIORITY = 10;

if (parentPort === null) throw new Error('listing-worker.ts runs in a worker thread only');
// On Linux this is the thread alone; elsewhere it would be the whole process.
if (process.platform === 'linux') giveWay(LOW_PRIORITY);
const port = parentPort;

async function run(question: ListingQuestion): Promise<ListingAnswer> {
  const [clock, pause] = [new SystemClock(), new RequestPause()];
  const found = await read(question, clock, pause);
  const nowUs = clock.nowUs();
  return { ...found, pausedForUs: pause.waitUs(nowUs), isBan: pause.isBanned(nowUs) };
}

async function read(
  { adapter, urls, plan, known, since }: ListingQuestion,
  clock: SystemClock,
  pause: RequestPause,
): Promise<Found> {
  try {
    const context = { clock, network: new SystemNetwork(), random: Math.random, pause, urls };
    const { instruments } = await readSelection(venueAdapter(adapter, 'venue'), context, plan);
    return { joining: joiningPairs(instruments, known, since) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

void run(workerData as ListingQuestion).then((answer) => {
  port.postMessage(answer);
  port.close();
});
