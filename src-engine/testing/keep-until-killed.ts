/**
 * A process that keeps intents until it is killed: `node keep-until-killed.ts FOLDER LEVEL`. It writes the id of each order to its
 * standard output once the intent is durable, as an engine would send the order then. It never ends by itself: what is refused,
 * since the next file is not ready, all are full, or what was written is not read yet, is tried again.
 */
import { writeSync } from 'node:fs';
import { setTimeout as later } from 'node:timers/promises';
import { DURABILITIES } from '../domain/durability.ts';
import type { EngineEvent } from '../domain/event.ts';
import { openDatabase } from '../storage/database.ts';
import { IntentJournal } from '../storage/intents/intent-journal.ts';
import { SegmentFolder } from '../storage/intents/segment-folder.ts';
import { sampleOrder } from './sample-events.ts';

const [, , folder = '', named] = process.argv;
const level = DURABILITIES.find((one) => one === named) ?? 'disk';
const journal = new IntentJournal(new SegmentFolder(folder), level);
await journal.recover(await openDatabase({ memory: true }));
const keeper = journal.keeperOf({ profile: 'live', runId: `live-${process.pid}` });
for (let n = 0; ; n++) {
  const orderId = `order-${process.pid}-${n}`;
  const order = sampleOrder({ orderId, state: 'created' });
  const intents = [{ type: 'orderCreated', atUs: 1_700_000_000_000_000 + n, order }] as const;
  while (!(await isKept(intents))) await later(10);
  while (!isWritten(`${orderId}\n`)) await later(10);
}

async function isKept(intents: readonly EngineEvent[]): Promise<boolean> {
  try {
    await keeper.keep(intents);
    return true;
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    return false;
  }
}

/** False: who reads has not taken what was written before. */
function isWritten(line: string): boolean {
  try {
    return writeSync(1, line) > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
    throw error;
  }
}
