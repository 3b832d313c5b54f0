/** Frames as a venue sent them, or as it could have: the captures of real sessions, and the pairs of a real venue. */
import { existsSync, readFileSync } from 'node:fs';
import { createInstrument, type Instrument } from '../src-engine/domain/instrument.ts';
import { instrumentsFromAssetPairs } from '../src-engine/venues/kraken/instruments.ts';

export type FrameStream = {
  readonly name: string;
  /** What the books begin with: a round feeds them untimed. */
  readonly snapshots: readonly string[];
  readonly updates: readonly string[];
  /** The same as bytes: what a socket hands to us. The peers get the text, without the cost of making it. */
  readonly snapshotBytes: readonly Buffer[];
  readonly updateBytes: readonly Buffer[];
};

export function frameStream(
  name: string,
  snapshots: readonly string[],
  updates: readonly string[],
): FrameStream {
  const toBytes = (frame: string): Buffer => Buffer.from(frame);
  return {
    name,
    snapshots,
    updates,
    snapshotBytes: snapshots.map(toBytes),
    updateBytes: updates.map(toBytes),
  };
}

const DATA = new URL('../../shared/data/kraken/', import.meta.url);
export const ASSET_PAIRS = new URL('AssetPairs-2026-01-12.json', DATA);
export const BOOK_DEPTH = 25;

/** Why there is nothing to read the rows from; undefined when there is. */
export function missingData(): string | undefined {
  return existsSync(ASSET_PAIRS) ? undefined : `no ${ASSET_PAIRS.pathname}`;
}

/** The pairs that were open to trading. */
export function realInstruments(): Instrument[] {
  return instrumentsFromAssetPairs(JSON.parse(readFileSync(ASSET_PAIRS, 'utf8')))
    .filter((spec) => spec.status === 'online')
    .map((spec, id) => createInstrument(spec, id, 'kraken'));
}

/** The book frames of a captured session. */
export function capture(name: string): FrameStream {
  const frames = readFileSync(new URL(`${name}-book25.jsonl`, DATA), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { raw: string }).raw)
    .filter((frame) => frame.startsWith('{"channel":"book"'));
  const isSnapshot = (frame: string): boolean => frame.startsWith('{"channel":"book","type":"snapshot"');
  return frameStream(
    name,
    frames.filter(isSnapshot),
    frames.filter((frame) => !isSnapshot(frame)),
  );
}
