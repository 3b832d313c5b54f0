/**
 * Entry of a thread that reads a venue's list of pairs and compares it with what a session knows. Reading some 3,500 pairs takes
 * a third of a second, for which the thread that trades must not stand still. `workerData` is the ListingQuestion; it posts a
 * ListingAnswer and ends.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { joiningPairs, type KnownPairs, type SinceStart } from '../engine/market/joining-pairs.ts';
import { giveWay } from '../lib/give-way.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { venueAdapter } from '../venues/registry.ts';
import { SystemNetwork } from '../venues/system-network.ts';
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

export type ListingAnswer = { readonly joining: readonly string[] } | { readonly failure: string };

const LOW_PRIORITY = 10;

if (parentPort === null) throw new Error('listing-worker.ts runs in a worker thread only');
// On Linux this is the thread alone; elsewhere it would be the whole process.
if (process.platform === 'linux') giveWay(LOW_PRIORITY);
const port = parentPort;

async function run({ adapter, urls, plan, known, since }: ListingQuestion): Promise<ListingAnswer> {
  try {
    const context = { clock: new SystemClock(), network: new SystemNetwork(), random: Math.random, urls };
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
