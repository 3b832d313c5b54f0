/**
 * Frames as a venue sent them, or as it could have: the captures of real sessions, and the pairs of a real venue. Where those
 * recordings are not there, the local exchange writes the sessions, and a made venue of the same size lists the pairs.
 */
import { readFileSync } from 'node:fs';
import { createInstrument, type Instrument } from '../src-engine/domain/instrument.ts';
import { assetPairsText, krakenSession } from '../src-engine/testing/kraken-session.ts';
import { madePairs } from '../src-engine/testing/made-venue.ts';
import { HAS_SHARED_DATA, sharedFile } from '../src-engine/testing/shared-data.ts';
import { instrumentsFromAssetPairs } from '../src-engine/venues/kraken/instruments.ts';
import { PAIRS } from '../src-engine/venues/local-exchange/protocols/kraken/pairs.ts';

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

export const BOOK_DEPTH = 25;

/** The captured pairs, and seconds of a made session of each that give about as many frames. */
const CAPTURED = { btcusd: 'BTC/USD', xrpusd: 'XRP/USD' } as const;
const MADE_SECONDS = 30;
/** As many as Kraken lists. */
const MADE_PAIRS = 1_434;

/** What the figures were taken on. */
export function dataOf(): string {
  return HAS_SHARED_DATA
    ? 'recorded sessions of Kraken and its list of pairs'
    : 'sessions of the local exchange and a made list of pairs: the recorded ones are not there';
}

/** The whole answer of AssetPairs. */
export function assetPairs(): string {
  if (HAS_SHARED_DATA) return readFileSync(sharedFile('kraken/AssetPairs-2026-01-12.json'), 'utf8');
  const { result: own } = JSON.parse(assetPairsText()) as { readonly result: Record<string, object> };
  const [like] = Object.values(own);
  const listed = new Set(PAIRS.map(({ symbol }) => symbol));
  const others = madePairs(MADE_PAIRS)
    .filter(({ symbol }) => !listed.has(symbol))
    .map(({ symbol, base, quote }) => {
      const digits = { pair_decimals: 4, tick_size: '0.0001', ordermin: '0.1' };
      return [
        `${base}${quote}`,
        { ...like, altname: `${base}${quote}`, wsname: symbol, base, quote, ...digits },
      ];
    });
  return JSON.stringify({ error: [], result: { ...own, ...Object.fromEntries(others) } });
}

/** The pairs that were open to trading. */
export function realInstruments(): Instrument[] {
  return instrumentsFromAssetPairs(JSON.parse(assetPairs()))
    .filter((spec) => spec.status === 'online')
    .map((spec, id) => createInstrument(spec, id, 'kraken'));
}

/** The book frames of a session. */
export function capture(name: keyof typeof CAPTURED): FrameStream {
  const frames = framesOf(name).filter((frame) => frame.startsWith('{"channel":"book"'));
  const isSnapshot = (frame: string): boolean => frame.startsWith('{"channel":"book","type":"snapshot"');
  return frameStream(
    name,
    frames.filter(isSnapshot),
    frames.filter((frame) => !isSnapshot(frame)),
  );
}

function framesOf(name: keyof typeof CAPTURED): string[] {
  if (!HAS_SHARED_DATA)
    return krakenSession([CAPTURED[name]], MADE_SECONDS, { depth: BOOK_DEPTH }).map(({ raw }) => raw);
  return readFileSync(sharedFile(`kraken/${name}-book25.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly raw: string }).raw);
}
