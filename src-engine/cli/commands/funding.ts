import type { FundingRow, FundingVenue, FundingView } from '../../contract/funding-records.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { connectEngine } from '../../gateway/client.ts';
import { ADAPTERS } from '../../venues/registry.ts';
import { type Command, EXIT_DONE, textOption } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

/** Ends the watch in place of venues. */
const NONE = 'none';
const IDS = ADAPTERS.filter(({ perpetuals }) => perpetuals !== undefined).map(({ id }) => id);

export const funding: Command = {
  name: 'funding',
  options: {
    watch: {
      value: 'ID,ID',
      words: `venues whose perpetuals this profile watches from now on, of ${IDS.join(', ')}; ${NONE}: none`,
      example: IDS.slice(0, 2).join(','),
    },
    coin: { value: 'COIN', words: 'shows the perpetuals of this coin alone', example: 'BTC' },
    ...DATA_DIR_OPTION,
  },
  details:
    'Public data alone: no key is used, and nothing is traded there. A recording has a file for each venue.',
  examples: ['funding', `funding --watch ${IDS.slice(0, 2).join(',')}`, 'funding --coin BTC'],
  async run(args, output) {
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const chosen = textOption(args, 'watch');
    if (chosen !== undefined)
      await engine.call('watchFunding', {
        venues: chosen === NONE ? [] : chosen.split(',').map((id) => id.trim()),
      });
    const coin = textOption(args, 'coin');
    const view = await engine.call('getFunding', coin === undefined ? {} : { coin });
    output.result(view, describe(view));
    return EXIT_DONE;
  },
};

function describe({ venues, rows, offered }: FundingView): string {
  if (venues.length === 0)
    return `no perpetuals are watched; --watch takes ${offered.map(({ venue }) => venue).join(', ')}`;
  return [...venues.map(venueText), ...rows.map(rowText)].join('\n');
}

function venueText({
  title,
  state,
  isSimulated,
  contracts,
  fault,
  unreadRows,
  unread,
}: FundingVenue): string {
  const wrong = fault === '' ? '' : `: ${fault}`;
  const named = unread.map(({ name, reason }) => `${name} (${reason})`).join('; ');
  const left =
    unreadRows === 0 ? '' : `, ${unreadRows} rows could not be read${named === '' ? '' : `: ${named}`}`;
  return `${title}${isSimulated ? ' (SIMULATED)' : ''}: ${state}${wrong}, ${contracts} contracts${left}`;
}

function rowText(row: FundingRow): string {
  const { venue, symbol, mark, index, spotMid, spotVenue, basisBps, isDoubtful, rate, annualPct } = row;
  const { everyUs, nextUs, openInterest, base, isStale, ageUs, paid, bid, ask, entryBps } = row;
  const spot = spotMid === null ? '' : `, spot ${spotMid} at ${spotVenue ?? ''}`;
  const basis =
    basisBps === null ? (isDoubtful ? ', not the same coin?' : '') : `, basis ${basisBps.toFixed(2)} bps`;
  const top = bid === null || ask === null ? '' : `, bid ${bid}, ask ${ask}`;
  const entry = entryBps === null ? '' : `, entry ${entryBps.toFixed(2)} bps`;
  const year = annualPct === null ? '' : ` (${annualPct} % a year)`;
  const every = everyUs === null ? '' : ` every ${everyUs / 3_600_000_000} h`;
  const next = nextUs === null ? '' : `, next ${formatTimeUs(nextUs).slice(0, 16)}Z`;
  const last = paid === null ? '' : `, last paid ${paid.rate}`;
  const interest = openInterest === null ? '' : `, open interest ${openInterest} ${base}`;
  const age = `, ${Math.round(ageUs / 1_000_000)} s old${isStale ? ': STALE' : ''}`;
  return `${symbol} at ${venue}: mark ${mark}${index === null ? '' : `, index ${index}`}${top}${spot}${basis}${entry}, funding ${rate}${every}${year}${next}${last}${interest}${age}`;
}
