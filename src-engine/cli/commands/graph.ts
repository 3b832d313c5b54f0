import { countGraph, type Pair } from '../../detection/pair-graph.ts';
import { CCXT_PREFIX } from '../../venues/ccxt/ids.ts';
import { DEFAULT_VENUE, venueAdapter, VENUES } from '../../venues/registry.ts';
import type { InstrumentListing, VenueAdapter } from '../../venues/venue-adapter.ts';
import { type Command, EXIT_DONE, flagOption, onlyPositional, textOption } from '../command.ts';
import { namedFile } from '../named-file.ts';

/** Most pairs that are named on the screen. */
const MAX_NAMED = 20;

export const graph: Command = {
  name: 'graph',
  words: [{ name: 'FILE', words: 'a venue’s list of instruments, plain or gzip' }],
  options: {
    venue: {
      value: 'VENUE',
      words: 'whose list it is',
      choices: VENUES,
      orPrefix: CCXT_PREFIX,
      usual: DEFAULT_VENUE.id,
    },
    'online-only': { words: 'counts only what is open for trading' },
  },
  examples: ['graph AssetPairs.json --online-only'],
  async run(args, output) {
    const file = onlyPositional(args);
    const adapter = venueAdapter(textOption(args, 'venue') ?? DEFAULT_VENUE.id, '--venue');
    const { instruments: specs, leftOut } = adapter.readListing(await namedFile('FILE', file), file);
    const chosen: readonly Pair[] = flagOption(args, 'online-only')
      ? specs.filter((spec) => spec.status === 'online')
      : specs;
    const counts = countGraph(chosen);
    const withoutFee = specs.filter(({ takerFee }) => (takerFee ?? undefined) === undefined).length;
    const lines = [`${counts.assets} assets, ${counts.pairs} pairs, ${counts.triangles} triangles`];
    if (withoutFee > 0) lines.push(feeLine(withoutFee, specs.length, adapter));
    if (leftOut.length > 0) lines.push(...leftOutLines(leftOut));
    output.result({ ...counts, withoutFee, leftOut }, lines.join('\n'));
    return EXIT_DONE;
  },
};

function feeLine(withoutFee: number, pairs: number, { title, feeSchedule: { basis } }: VenueAdapter): string {
  const which = withoutFee === pairs ? 'no pair' : `${pairs - withoutFee} of ${pairs} pairs`;
  return `fees listed for ${which}: paper trading takes ${title}’s published fees (${basis}), live trading those of the account`;
}

function leftOutLines(leftOut: InstrumentListing['leftOut']): string[] {
  const named = leftOut.slice(0, MAX_NAMED).map(({ name, reason }) => `  ${name}: ${reason}`);
  const more = leftOut.length - named.length;
  const rest = more === 0 ? [] : [`  and ${more} more: see --json`];
  return [`left out, as they cannot be traded: ${leftOut.length}`, ...named, ...rest];
}
