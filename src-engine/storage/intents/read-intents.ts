/** What the files of the intent journal hold, as found at a start: pure, from bytes to records. */
import type { EngineEvent } from '../../domain/event.ts';
import type { Scope } from '../projection.ts';
import { ALIGNMENT, readRecord, type StoredRecord } from './intent-record.ts';
import { SEGMENT_HEAD } from './segment-store.ts';

export type SegmentBytes = { readonly name: string; readonly bytes: Buffer };

/** What one decision was about to send. */
export type KeptIntents = Scope & { readonly intents: readonly EngineEvent[] };

export type IntentDamage = {
  readonly file: string;
  readonly byte: number;
  /** One sentence that names both. */
  readonly detail: string;
};

export type IntentReading = {
  /** In the order in which they were written: all that are whole, those behind a damaged place too. */
  readonly kept: readonly KeptIntents[];
  /** The number of the last one; 0 where there is none. */
  readonly lastSeq: number;
  /** Writes that were interrupted: none of them had been confirmed to anybody. */
  readonly torn: number;
  /** The first place at which a record that may have been confirmed is missing, altered or moved. */
  readonly damage: IntentDamage | undefined;
};

/** Bytes of a file that are a record, or none. */
type Item = { readonly file: string; readonly byte: number; readonly record: StoredRecord | undefined };

/** @param segments all files of a folder, the oldest first. */
export function readIntents(segments: readonly SegmentBytes[]): IntentReading {
  const items = segments.flatMap(itemsOf);
  const kept: KeptIntents[] = [];
  let torn = 0;
  let damage = headless(segments);
  let last: (Item & { record: StoredRecord }) | undefined;
  let hole: Item | undefined;
  for (const [index, item] of items.entries()) {
    const { record } = item;
    if (record === undefined) {
      hole ??= item;
      torn++;
      continue;
    }
    const follows =
      last === undefined
        ? hole === undefined
        : record.seq === last.record.seq + 1 && record.link === last.record.check;
    if (!follows) {
      const later = items.slice(index).flatMap((one) => one.record ?? []);
      if (damage === undefined && !isAccident(last, hole, item.file, record, later))
        damage = damageAt(hole ?? item, last?.record);
      else if (hole === undefined) torn++;
    }
    const intents = parsed(record.text);
    if (intents === undefined) damage ??= damageAt(item, last?.record);
    else kept.push(intents);
    last = { ...item, record };
    hole = undefined;
  }
  return { kept, lastSeq: last?.record.seq ?? 0, torn, damage };
}

/**
 * True where records before `next` are missing because their write was interrupted: nothing of them had been confirmed. A power loss
 * may take any sector that was written since the last sync and leave later ones; it moves nothing.
 */
function isAccident(
  last: { readonly file: string; readonly record: StoredRecord } | undefined,
  hole: Item | undefined,
  file: string,
  next: StoredRecord,
  later: readonly StoredRecord[],
): boolean {
  const missing = last === undefined ? next.seq - 1 : last.record.seq + 1;
  const isMoved = next.seq <= (last?.record.seq ?? 0) || (hole === undefined && last?.file === file);
  return !isMoved && later.every(({ level, durable }) => level === 'disk' && durable < missing);
}

function damageAt({ file, byte }: Item, last: StoredRecord | undefined): IntentDamage {
  const after = last === undefined ? 'the first record' : `the record after number ${last.seq}`;
  return { file, byte, detail: `${after}, at byte ${byte} of ${file}, is missing or not as it was written` };
}

/** A file is on the disk with its head before a record is written to it: one without has lost what it held. */
function headless(segments: readonly SegmentBytes[]): IntentDamage | undefined {
  const found = segments.find(({ bytes }) => {
    // A beginning of the head with nothing behind it is a file that was being made.
    const length = Math.min(endOf(bytes), SEGMENT_HEAD.length);
    return !bytes.subarray(0, length).equals(SEGMENT_HEAD.subarray(0, length));
  });
  if (found === undefined) return undefined;
  const { name: file } = found;
  return { file, byte: 0, detail: `the beginning of ${file} is missing or not as it was written` };
}

/** Everything between the head of a file and the zeros at its end. */
function itemsOf({ name: file, bytes }: SegmentBytes): Item[] {
  const items: Item[] = [];
  const hasHead = bytes.subarray(0, SEGMENT_HEAD.length).equals(SEGMENT_HEAD);
  let at = hasHead ? SEGMENT_HEAD.length : 0;
  const end = endOf(bytes);
  while (at < end) {
    const record = readRecord(bytes, at);
    items.push({ file, byte: at, record });
    at = record === undefined ? nextRecord(bytes, at + ALIGNMENT, end) : at + record.size;
  }
  return items;
}

/** Behind the last byte that is not zero. */
function endOf(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end;
}

function nextRecord(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && readRecord(bytes, at) === undefined) at += ALIGNMENT;
  return at;
}

/** Its checksum has held: what is asked is whether this version knows the form. */
function parsed(text: string): KeptIntents | undefined {
  try {
    const value = JSON.parse(text) as Partial<KeptIntents> | null;
    const isKnown =
      typeof value?.profile === 'string' && typeof value.runId === 'string' && Array.isArray(value.intents);
    return isKnown ? (value as KeptIntents) : undefined;
  } catch {
    return undefined;
  }
}
