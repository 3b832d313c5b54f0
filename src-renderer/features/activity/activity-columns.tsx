import type { ExecutionRecord, FillRecord, OrderRecord } from '../../../src-engine/domain/event.ts';
import { CutSentence, CutText } from '../../components/cut-text.tsx';
import { Amount, Exact, Signed, signClass } from '../../components/exact.tsx';
import { SideWord } from '../../components/side-word.tsx';
import { FeeTotal } from '../../components/fee-total.tsx';
import { Time } from '../../components/time.tsx';
import type { Column } from '../../components/table-column.ts';
import { venueColumn } from '../../components/venue-column.tsx';
import { Word } from '../../components/word.tsx';
import type { NewsFact } from '../../../src-engine/contract/topics.ts';
import { reasonText, shownReason } from '../../lib/code-words.ts';
import { groupThousands, placesFor, trimZeros, withPoint } from '../../lib/decimal-text.ts';
import { bpsSign, formatBps } from '../../lib/figures.ts';
import { formatDuration } from '../../lib/time-text.ts';
import { sumOf } from '../../lib/totals.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { codesText, ORDER_WORDS, OUTCOME_WORDS } from '../../lib/words.ts';
import { newsText } from './news-text.ts';

export const ORDER_COLUMNS: readonly Column<OrderRecord>[] = [
  {
    id: 'time',
    title: 'Time',
    track: '80px',
    value: (row) => row.createdUs,
    unit: 'timeUs',
    cell: (row) => <Time atUs={row.createdUs} />,
  },
  {
    id: 'symbol',
    title: 'Instrument',
    track: 'minmax(68px, 0.6fr)',
    value: (row) => row.symbol,
    cell: (row) => <span className="symbol">{row.symbol}</span>,
  },
  venueColumn(),
  {
    id: 'side',
    title: 'Side',
    track: '34px',
    value: (row) => row.side,
    cell: (row) => <SideWord side={row.side} />,
  },
  {
    id: 'price',
    title: 'Limit',
    track: '76px',
    align: 'right',
    fromWidth: 420,
    value: (row) => row.price,
    cell: (row) => <Exact text={row.price} />,
  },
  {
    id: 'qty',
    title: 'Qty',
    track: '112px',
    align: 'right',
    fromWidth: 430,
    value: (row) => row.qty,
    cell: (row) => <Exact text={row.qty} />,
  },
  {
    id: 'filled',
    title: 'Filled',
    track: '112px',
    align: 'right',
    fromWidth: 680,
    value: (row) => row.filledQty,
    cell: (row) => <Exact text={row.filledQty} />,
  },
  {
    id: 'fees',
    title: 'Fees',
    hint: 'Total fees, in the quote asset',
    track: '70px',
    align: 'right',
    fromWidth: 800,
    value: (row) => row.fees,
    cell: (row) => <Amount text={row.fees} places={4} />,
  },
  {
    id: 'state',
    title: 'State',
    track: '80px',
    value: (row) => ORDER_WORDS[row.state].label,
    cell: (row) => {
      const { label, explain, tone } = ORDER_WORDS[row.state];
      return (
        <Word
          tone={tone}
          label={label}
          explain={explain}
          {...(row.state === 'denied' ? { icon: 'ban' } : {})}
        />
      );
    },
  },
  {
    id: 'reason',
    title: 'Reason',
    track: 'minmax(90px, 1.4fr)',
    fromWidth: 480,
    value: (row) => reasonText(row.reason),
    cell: (row) => <CutSentence text={shownReason(row.reason)} />,
  },
];

export const FILL_COLUMNS: readonly Column<FillRecord>[] = [
  {
    id: 'time',
    title: 'Time',
    track: '80px',
    value: (row) => row.atUs,
    unit: 'timeUs',
    cell: (row) => <Time atUs={row.atUs} />,
  },
  {
    id: 'symbol',
    title: 'Instrument',
    track: 'minmax(68px, 1fr)',
    value: (row) => row.symbol,
    cell: (row) => <span className="symbol">{row.symbol}</span>,
  },
  venueColumn(),
  {
    id: 'side',
    title: 'Side',
    track: '34px',
    value: (row) => row.side,
    cell: (row) => <SideWord side={row.side} />,
  },
  {
    id: 'price',
    title: 'Price',
    track: 'minmax(68px, 1fr)',
    align: 'right',
    value: (row) => row.price,
    cell: (row) => <Exact text={row.price} />,
  },
  {
    id: 'qty',
    title: 'Qty',
    track: 'minmax(104px, 1fr)',
    align: 'right',
    value: (row) => row.qty,
    cell: (row) => <Exact text={row.qty} />,
  },
  {
    id: 'fee',
    title: 'Fee',
    track: 'minmax(100px, 1fr)',
    align: 'right',
    fromWidth: 480,
    value: (row) => row.fee,
    total: (rows) => <FeeTotal rows={rows} />,
    cell: (row) => (
      <span className="num" title={withPoint(row.fee)}>
        {groupThousands(trimZeros(row.fee))} <span className="dim">{codeOf(row.feeAsset)}</span>
      </span>
    ),
  },
  {
    id: 'id',
    title: 'Fill',
    track: 'minmax(70px, 1fr)',
    fromWidth: 640,
    value: (row) => row.fillId,
    cell: (row) => <CutText text={row.fillId} />,
  },
];

export const EXECUTION_COLUMNS: readonly Column<ExecutionRecord>[] = [
  {
    id: 'time',
    title: 'Time',
    track: '80px',
    value: (row) => row.startedUs,
    unit: 'timeUs',
    cell: (row) => <Time atUs={row.startedUs} />,
  },
  {
    id: 'path',
    title: 'Cycle',
    track: 'minmax(148px, 1.6fr)',
    value: (row) => codesText(row.path),
    cell: (row) => <span className="symbol">{codesText(row.path)}</span>,
  },
  venueColumn(),
  {
    id: 'outcome',
    title: 'Outcome',
    track: '84px',
    value: (row) => OUTCOME_WORDS[row.outcome].label,
    cell: (row) => {
      const { label, explain, tone } = OUTCOME_WORDS[row.outcome];
      return (
        <Word
          tone={tone}
          label={label}
          explain={explain}
          {...(row.outcome === 'denied' ? { icon: 'ban' } : {})}
        />
      );
    },
  },
  {
    id: 'size',
    title: 'Size',
    track: '66px',
    align: 'right',
    fromWidth: 700,
    value: (row) => row.startAmount,
    cell: (row) => <Amount text={row.startAmount} places={placesFor(row.path[0] ?? '')} />,
  },
  {
    id: 'profit',
    title: 'Profit',
    hint: 'In the home currency, fees included',
    track: '60px',
    align: 'right',
    value: (row) => row.profitHome,
    total: (rows) => <Signed text={sumOf(rows, (row) => row.profitHome)} places={4} />,
    cell: (row) => <Signed text={row.profitHome} places={4} />,
  },
  {
    id: 'expected',
    title: 'Exp. bps',
    hint: 'Net edge at the decision',
    track: '52px',
    align: 'right',
    fromWidth: 620,
    value: (row) => row.expectedNetBps,
    cell: (row) => <span className="num dim">{formatBps(row.expectedNetBps)}</span>,
  },
  {
    id: 'realized',
    title: 'Booked bps',
    hint: 'Net edge of the fills',
    track: '76px',
    align: 'right',
    fromWidth: 484,
    value: (row) => row.realizedNetBps,
    cell: (row) => (
      <span className={`num ${signClass(bpsSign(row.realizedNetBps))}`}>{formatBps(row.realizedNetBps)}</span>
    ),
  },
  {
    id: 'took',
    title: 'Duration',
    track: '58px',
    align: 'right',
    fromWidth: 780,
    value: (row) => row.finishedUs - row.startedUs,
    cell: (row) => <span className="num">{formatDuration(row.finishedUs - row.startedUs)}</span>,
  },
  {
    id: 'detail',
    title: 'Detail',
    track: 'minmax(80px, 1fr)',
    fromWidth: 560,
    value: (row) => row.detail,
    cell: (row) => <CutSentence text={row.detail} />,
  },
];

export const NEWS_COLUMNS: readonly Column<NewsFact>[] = [
  {
    id: 'time',
    title: 'Time',
    track: '80px',
    value: (row) => row.event.atUs,
    unit: 'timeUs',
    cell: (row) => <Time atUs={row.event.atUs} />,
  },
  {
    id: 'what',
    title: 'Event',
    track: '150px',
    value: (row) => newsText(row.event).title,
    cell: (row) => newsText(row.event).title,
  },
  {
    id: 'detail',
    title: 'Detail',
    track: 'minmax(120px, 1fr)',
    value: (row) => newsText(row.event).detail,
    cell: (row) => <CutSentence text={newsText(row.event).detail} />,
  },
];
