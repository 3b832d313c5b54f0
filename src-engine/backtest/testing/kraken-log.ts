/** Frames of real Kraken sessions as a market log, for tests. */
import { readFileSync } from 'node:fs';
import { createInstrument, specOf } from '../../domain/instrument.ts';
import { instrumentsFromAssetPairs } from '../../venues/kraken/instruments.ts';
import { header, START_US } from './made-log.ts';

const DATA = '../shared/data/kraken';
export const ASSET_PAIRS = `${DATA}/AssetPairs-2026-01-12.json`;
export const CAPTURES = {
  'BTC/USD': `${DATA}/btcusd-book25.jsonl`,
  'XRP/USD': `${DATA}/xrpusd-book25.jsonl`,
};
export type CapturedPair = keyof typeof CAPTURES;

/** The lines of a log with the frames of these captures in turn, a millisecond apart. */
export function krakenLogLines(pairs: readonly CapturedPair[]): unknown[] {
  const listed = instrumentsFromAssetPairs(JSON.parse(readFileSync(ASSET_PAIRS, 'utf8')));
  const instruments = pairs.map((pair, id) => {
    const spec = listed.find(({ symbol }) => symbol === pair);
    if (spec === undefined) throw new Error(`no ${pair} among the pairs`);
    return specOf(createInstrument(spec, id, 'kraken'));
  });
  const frames = pairs.map((pair) =>
    readFileSync(CAPTURES[pair], 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly raw: string }).raw),
  );
  const lines: unknown[] = [];
  for (let at = 0; at < Math.max(...frames.map(({ length }) => length)); at++) {
    for (const each of frames) {
      const raw = each[at];
      if (raw !== undefined) lines.push({ t: START_US + lines.length * 1_000, raw });
    }
  }
  return [header(instruments, { venue: 'kraken' }), ...lines];
}
