/** Columns of the venues beside each other. */
import type { VenueRecord } from '../../../src-engine/contract/cross-venue-records.ts';
import { Signed } from '../../components/exact.tsx';
import type { Column } from '../../components/table-column.ts';
import { overVenues } from '../../components/venue-column.tsx';
import { ABSENT, profitPlaces } from '../../lib/decimal-text.ts';
import { fixedText, formatBps, formatCount } from '../../lib/figures.ts';
import { formatLatency } from '../../lib/time-text.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { sumOf } from '../../lib/totals.ts';

const none = <span className="dim">{ABSENT}</span>;

/** A cost as what it does to the account: 0.25 lost is −0.25. */
const negated = (text: string): string =>
  text.startsWith('-') ? text.slice(1) : /[1-9]/.test(text) ? `-${text}` : text;

function latency(us: number | null) {
  return us === null ? none : <span className="num">{formatLatency(us)}</span>;
}

export function comparisonColumns(homeAsset: string): readonly Column<VenueRecord>[] {
  return [
    {
      id: 'venue',
      title: 'Venue',
      track: 'minmax(84px, 1fr)',
      value: ({ venue }) => venue,
      text: ({ venue }) => venueTitle(venue),
      over: overVenues(({ venue }) => venue, 'symbol'),
      cell: ({ venue }) => <span className="symbol">{venueTitle(venue)}</span>,
    },
    {
      id: 'orders',
      title: 'Orders',
      hint: 'That left for the venue',
      track: '64px',
      align: 'right',
      value: ({ orders }) => orders,
      cell: ({ orders }) => <span className="num">{formatCount(orders)}</span>,
    },
    {
      id: 'fillRate',
      title: 'Fill rate',
      hint: 'Orders that traded something, of those with a known end',
      track: '64px',
      align: 'right',
      value: ({ fillRate }) => fillRate,
      cell: ({ fillRate, filled, empty }) =>
        fillRate === null ? (
          none
        ) : (
          <span className="num" title={`${formatCount(filled)} filled, ${formatCount(empty)} found nothing`}>
            {fixedText(fillRate * 100, 1)} %
          </span>
        ),
    },
    {
      id: 'latencyP50Us',
      title: 'p50',
      hint: 'Half of the IOC orders took no longer from their creation until their end was known',
      track: '64px',
      align: 'right',
      value: ({ latencyP50Us }) => latencyP50Us,
      cell: ({ latencyP50Us }) => latency(latencyP50Us),
    },
    {
      id: 'latencyP95Us',
      title: 'p95',
      hint: 'Nineteen of twenty IOC orders took no longer',
      track: '64px',
      align: 'right',
      fromWidth: 400,
      value: ({ latencyP95Us }) => latencyP95Us,
      cell: ({ latencyP95Us }) => latency(latencyP95Us),
    },
    {
      id: 'slippageBps',
      title: 'Slippage',
      hint: 'Mean fill against the worst price that the plan counted on, in bps; each planned leg that filled counts the same; below 0: better',
      track: '68px',
      align: 'right',
      fromWidth: 460,
      value: ({ slippageBps }) => slippageBps,
      cell: ({ slippageBps }) =>
        slippageBps === null ? none : <span className="num">{formatBps(slippageBps)}</span>,
    },
    {
      id: 'rejected',
      title: 'Rejected',
      hint: 'Refused by the venue',
      track: '66px',
      align: 'right',
      fromWidth: 520,
      value: ({ rejected }) => rejected,
      cell: ({ rejected, unknown }) => (
        <span className="num" title={unknown === 0 ? undefined : `and ${unknown} in unknown state`}>
          {formatCount(rejected)}
          {unknown > 0 && <span className="loss"> +{unknown} ?</span>}
        </span>
      ),
    },
    {
      id: 'failedLegs',
      title: 'Failed legs',
      hint: 'Executions that were unwound or stranded because the leg here filled least',
      track: '76px',
      align: 'right',
      fromWidth: 600,
      value: ({ failedLegs }) => failedLegs,
      cell: ({ failedLegs }) => <span className="num">{formatCount(failedLegs)}</span>,
    },
    {
      id: 'failedCost',
      title: 'Unwind result',
      hint: `Result of the executions that were unwound or stranded because the leg here filled least, in ${homeAsset}`,
      track: '88px',
      align: 'right',
      value: ({ failedCost }) => negated(failedCost),
      total: (rows) => (
        <Signed
          text={sumOf(rows, ({ failedCost }) => negated(failedCost))}
          places={profitPlaces(homeAsset)}
        />
      ),
      cell: ({ failedCost, failedLegs }) =>
        failedLegs === 0 ? none : <Signed text={negated(failedCost)} places={profitPlaces(homeAsset)} />,
    },
  ];
}
