/** Looks into the intent journal of an engine that runs, as another process. */
import type { Durability } from '../../src-engine/domain/durability.ts';
import type { OrderRecord } from '../../src-engine/domain/event.ts';
import { intentsFolder } from '../../src-engine/storage/intents/intents-folder.ts';
import { readIntents } from '../../src-engine/storage/intents/read-intents.ts';
import { filesIn, readSegment } from '../../src-engine/storage/intents/segment-folder.ts';

/** Both levels come up: each rig has one, by its seed. */
export function levelOf(seed: number): Durability {
  return seed % 2 === 0 ? 'disk' : 'process';
}

/** The intent of an order that a restart would find there; undefined where it would find none. */
export function keptOrder(dataDir: string, orderId: string): OrderRecord | undefined {
  const folder = intentsFolder(dataDir, undefined);
  const files = filesIn(folder).flatMap((name) => segmentOf(folder, name) ?? []);
  for (const { intents } of readIntents(files).kept) {
    for (const event of intents)
      if (event.type === 'orderCreated' && event.order.orderId === orderId) return event.order;
  }
  return undefined;
}

/** One that was dropped meanwhile held nothing that the database lacks. */
function segmentOf(folder: string, name: string): { name: string; bytes: Buffer } | undefined {
  try {
    return { name, bytes: readSegment(folder, name) };
  } catch {
    return undefined;
  }
}
