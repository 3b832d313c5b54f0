/** Entry of the thread of all buses: it reads the journal by a connection of its own, so that the thread that trades does nothing for a bus. */
import { parentPort, workerData } from 'node:worker_threads';
import type { BusKind, BusSettings } from '../contract/bus-operations.ts';
import { giveWay } from '../lib/give-way.ts';
import { SystemClock } from '../lib/system-clock.ts';
import type { DatabaseSource } from '../storage/database-types.ts';
import { connectForReading } from '../storage/reading-connection.ts';
import type { Connect } from './broker.ts';
import { journalReader } from './journal-reader.ts';
import { type BusCounts, type Places, Publisher } from './publisher.ts';
import { connectRabbit } from './rabbit-broker.ts';
import { connectRedis } from './redis-broker.ts';

export type BusWorkerData = { readonly source: Exclude<DatabaseSource, { kind: 'memory' }> };
/** A bus begins, in place of the one of its name; without an address it ends. */
export type BusOrder = {
  readonly name: string;
  readonly start?: {
    readonly settings: BusSettings;
    readonly url: string;
    readonly sinceUs: number;
    readonly places: Places;
  };
};
export type BusReport = { readonly name: string; readonly counts: BusCounts; readonly places: Places };

const CONNECTS: Readonly<Record<BusKind, Connect>> = { redis: connectRedis, rabbitmq: connectRabbit };
/** As a reader's (reading/reading-worker.ts). */
const PRIORITY = 10;
const REPORT_MS = 1_000;

if (parentPort === null) throw new Error('bus-worker.ts runs in a worker thread only');
if (process.platform === 'linux') giveWay(PRIORITY);
const port = parentPort;
const { source } = workerData as BusWorkerData;
const journal = journalReader(connectForReading(source));
const clock = new SystemClock();
const running = new Map<string, { readonly publisher: Publisher; places: Places }>();

port.on('message', ({ name, start }: BusOrder) => {
  running.get(name)?.publisher.stop();
  running.delete(name);
  if (start === undefined) return;
  const { settings, places } = start;
  const publisher = new Publisher({
    ...start,
    clock,
    journal,
    connect: CONNECTS[settings.kind],
    onMoved: (moved) => {
      const bus = running.get(name);
      if (bus?.publisher === publisher) bus.places = moved;
    },
  });
  running.set(name, { publisher, places });
  publisher.start();
});

setInterval(() => {
  for (const [name, { publisher, places }] of running) {
    const report: BusReport = { name, counts: publisher.counts, places };
    port.postMessage(report);
  }
}, REPORT_MS);
