import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../domain/event.ts';
import { SeededRandom } from '../../lib/random.ts';
import { SimulatedSegments } from '../../testing/simulated-segments.ts';
import { sampleOrder } from '../../testing/sample-events.ts';
import { openDatabase } from '../database.ts';
import { IntentJournal } from './intent-journal.ts';
import { type IntentReading, readIntents } from './read-intents.ts';
import { readRecord, type StoredRecord } from './intent-record.ts';
import { SEGMENT_HEAD } from './segment-store.ts';

const SCOPE = { profile: 'live', runId: 'live-1' };
const MAX_FILE = 4 * 1024;

const intent = (id: string): EngineEvent => ({
  type: 'orderCreated',
  atUs: 1_700_000_000_000_000,
  order: sampleOrder({ orderId: id, state: 'created' }),
});

const idsOf = ({ kept }: IntentReading): string[] =>
  kept.flatMap(({ intents }) =>
    intents.flatMap((one) => (one.type === 'orderCreated' ? one.order.orderId : [])),
  );

/** A journal over files that a test may cut, with nothing to replay. */
async function opened(level: 'process' | 'disk', segmentBytes = MAX_FILE) {
  const segments = new SimulatedSegments(segmentBytes);
  const journal = new IntentJournal(segments, level);
  const database = await openDatabase({ memory: true });
  await journal.recover(database);
  await database.close();
  return { segments, journal, keeper: journal.keeperOf(SCOPE) };
}

/** A file of `count` records, and where each begins. */
async function fileOf(
  count: number,
): Promise<{ bytes: Buffer; ids: string[]; records: (StoredRecord & { at: number })[] }> {
  const { segments, keeper } = await opened('process');
  const ids = Array.from({ length: count }, (_one, at) => `order-${at + 1}`);
  for (const id of ids) void keeper.keep([intent(id)]);
  const [name = ''] = segments.names();
  const bytes = segments.read(name);
  const records: (StoredRecord & { at: number })[] = [];
  for (let at = SEGMENT_HEAD.length; ; ) {
    const record = readRecord(bytes, at);
    if (record === undefined) return { bytes, ids, records };
    records.push({ ...record, at });
    at += record.size;
  }
}

const read = (bytes: Buffer): IntentReading => readIntents([{ name: '1.intents', bytes }]);

describe('a file of intents', () => {
  it('gives back what was kept, in order', async () => {
    const { bytes, ids } = await fileOf(4);
    expect(read(bytes)).toMatchObject({ torn: 0, damage: undefined, lastSeq: 4 });
    expect(idsOf(read(bytes))).toEqual(ids);
    expect(read(bytes).kept[0]).toMatchObject(SCOPE);
  });

  it('cut at any byte gives the records before the cut and no other', async () => {
    const { bytes, ids, records } = await fileOf(3);
    const end = (records.at(-1)?.at ?? 0) + (records.at(-1)?.size ?? 0);
    for (let cut = 0; cut <= end; cut++) {
      // As a file that is shorter, and as one whose rest was never written.
      for (const left of [
        bytes.subarray(0, cut),
        Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(600)]),
      ]) {
        const found = read(left);
        const whole = records.filter(({ at, text }) => at + 40 + Buffer.byteLength(text) <= cut).length;
        expect(idsOf(found)).toEqual(ids.slice(0, whole));
        expect(found.damage).toBeUndefined();
      }
    }
  });

  it('with any byte of a record other than it was gives all the others, and names the place', async () => {
    const { bytes, ids, records } = await fileOf(3);
    for (const [nth, { at, text }] of records.entries()) {
      for (let byte = at; byte < at + 40 + Buffer.byteLength(text); byte++) {
        const other = Buffer.from(bytes);
        other.writeUInt8(other.readUInt8(byte) ^ 0x20, byte);
        const found = read(other);
        expect(idsOf(found)).toEqual(ids.filter((_id, place) => place !== nth));
        if (nth === records.length - 1) expect(found).toMatchObject({ torn: 1, damage: undefined });
        else expect(found.damage).toMatchObject({ file: '1.intents', byte: at });
      }
    }
  });

  it.each(['without one in the middle', 'with two in each other’s place', 'with one twice'])(
    '%s is damaged',
    async (how) => {
      const { bytes, records } = await fileOf(3);
      const [first, second, third] = records.map(({ at, size }) => bytes.subarray(at, at + size));
      if (first === undefined || second === undefined || third === undefined)
        throw new Error('three records');
      const parts = {
        'without one in the middle': [first, third],
        'with two in each other’s place': [first, third, second],
        'with one twice': [first, second, second, third],
      }[how];
      const found = read(Buffer.concat([SEGMENT_HEAD, ...(parts ?? []), Buffer.alloc(64)]));
      expect(found.damage?.detail).toMatch(/missing or not as it was written/);
    },
  );

  it('whose beginning is not as it was written is damaged, and its records are given', async () => {
    const { bytes, ids } = await fileOf(2);
    for (let byte = 0; byte < SEGMENT_HEAD.length; byte++) {
      const other = Buffer.from(bytes);
      other.writeUInt8(other.readUInt8(byte) ^ 0x20, byte);
      expect(read(other).damage).toMatchObject({ file: '1.intents', byte: 0 });
      expect(idsOf(read(other))).toEqual(ids);
    }
    expect(read(Buffer.alloc(5_000, 7))).toMatchObject({ kept: [], damage: { byte: 0 } });
  });

  it('that is missing between two others is damage', async () => {
    const { segments, keeper } = await opened('process', 2 * 1024);
    for (let n = 0; n < 14; n++) {
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
      void keeper.keep([intent(`order-${n}`)]);
    }
    const all = segments.certain('death');
    expect(all.length).toBeGreaterThan(2);
    expect(readIntents(all).damage).toBeUndefined();
    expect(readIntents([...all.slice(0, 1), ...all.slice(2)]).damage).toMatchObject({ file: all[2]?.name });
  });
});

describe('a power loss', () => {
  it('at any moment loses no intent that was confirmed, and makes none up, whatever sectors it takes', async () => {
    const seen = { lost: 0, torn: 0, confirmed: 0 };
    for (let seed = 1; seed <= 250; seed++) {
      const random = new SeededRandom(seed);
      const { segments, keeper } = await opened('disk', 8 * 1024);
      // Syncs happen when the seed says so, or never.
      const held: (() => void)[] = [];
      segments.atSync = (run) => void held.push(run);
      const written: string[] = [];
      const confirmed: string[] = [];
      const decisions = random.integer(1, 12);
      for (let n = 0; n < decisions; n++) {
        const ids = Array.from({ length: random.integer(1, 3) }, (_one, leg) => `order-${n}-${leg}`);
        written.push(...ids);
        void Promise.resolve(keeper.keep(ids.map(intent))).then(() => confirmed.push(...ids));
        if (random.next() < 0.4) held.shift()?.();
        for (let turn = 0; turn < 8; turn++) await Promise.resolve();
      }
      segments.losePower(random);
      const found = readIntents(segments.certain('death'));
      const ids = idsOf(found);
      expect(ids.filter((id) => !written.includes(id))).toEqual([]);
      expect(confirmed.filter((id) => !ids.includes(id))).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
      expect(found.damage).toBeUndefined();
      seen.lost += written.length - ids.length;
      seen.torn += found.torn;
      seen.confirmed += confirmed.length;
    }
    // The losses were real: some intents went, some were torn, and many were confirmed.
    expect(Math.min(seen.lost, seen.torn, seen.confirmed)).toBeGreaterThan(50);
  });
});
