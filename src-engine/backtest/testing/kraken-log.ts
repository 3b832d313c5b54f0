/** Frames of a session at the local exchange, in Kraken's form, as a market log, for tests. */
import { createInstrument, specOf } from '../../domain/instrument.ts';
import { assetPairsText, krakenSession } from '../../testing/kraken-session.ts';
import { instrumentsFromAssetPairs } from '../../venues/kraken/instruments.ts';
import { header, START_US } from './made-log.ts';

/** Some 65 book messages a second come in. */
const SECONDS = 40;

/** The lines of a log with the frames of these pairs' books, a millisecond apart. */
export function krakenLogLines(pairs: readonly string[]): unknown[] {
  const listed = instrumentsFromAssetPairs(JSON.parse(assetPairsText()));
  const instruments = pairs.map((pair, id) => {
    const spec = listed.find(({ symbol }) => symbol === pair);
    if (spec === undefined) throw new Error(`no ${pair} among the pairs`);
    return specOf(createInstrument(spec, id, 'kraken'));
  });
  const lines = krakenSession(pairs, SECONDS).map(({ raw }, index) => ({ t: START_US + index * 1_000, raw }));
  return [header(instruments, { venue: 'kraken' }), ...lines];
}
