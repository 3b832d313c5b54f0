/** The cells of one quote. Each row listens to its own instrument only. */
import { CircleDot, CircleHelp, Hourglass, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { QuoteView } from '../../../src-engine/contract/topics.ts';
import type { BookState } from '../../../src-engine/domain/event.ts';
import type { Column } from '../../components/table-column.ts';
import { venueColumn } from '../../components/venue-column.tsx';
import type { QuoteStore } from '../../engine/quote-store.ts';
import { useBookState, useQuote, useSession } from '../../engine/use-session.ts';
import type { CellValue } from '../../lib/cell-value.ts';
import { atLeast, ABSENT, formatUnits, groupThousands, priceText } from '../../lib/decimal-text.ts';
import { formatSpread, spreadBps } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { BOOK_WORDS } from '../../lib/words.ts';

const STATE_ICONS: Readonly<Record<BookState | 'unknown', LucideIcon>> = {
  live: CircleDot,
  syncing: Hourglass,
  stale: TriangleAlert,
  unknown: CircleHelp,
};

function SymbolCell({ instrument }: { readonly instrument: InstrumentRecord }) {
  const state = useBookState(instrument.id);
  const Icon = STATE_ICONS[state];
  const { label, explain } = BOOK_WORDS[state];
  return (
    <span className={`book-state book-${state}`} title={`${instrument.symbol}. ${label}: ${explain}`}>
      <Icon size={11} aria-label={label} role="img" />
      <span className="symbol">{instrument.symbol}</span>
    </span>
  );
}

/** A figure of the quote: greyed while the book is not live, a dash where there is none. */
function QuoteCell({
  instrument,
  show,
}: {
  readonly instrument: InstrumentRecord;
  readonly show: (quote: QuoteView) => ReactNode;
}) {
  const quote = useQuote(instrument.id);
  const state = useBookState(instrument.id);
  if (quote === undefined) return <span className="faint">{ABSENT}</span>;
  return <span className={state === 'live' ? '' : 'stale-value'}>{show(quote)}</span>;
}

function AgeCell({ instrument }: { readonly instrument: InstrumentRecord }) {
  const { quotes } = useSession();
  const text = useTicking(() => formatAge(quotes.ageUs(instrument.id, performance.now())));
  return <span className="num dim">{text}</span>;
}

/** Cut to what the eye compares; the exact quantity is in the tooltip and in the book. */
function ShortQuantity({ units, decimals }: { readonly units: number; readonly decimals: number }) {
  const text = formatUnits(units, decimals);
  const point = text.indexOf('.');
  const cut = point < 0 ? text : text.slice(0, Math.max(point, Math.min(text.length, 6)));
  return (
    <span className="num" title={atLeast(units, text)} data-exact={atLeast(units, text)}>
      {atLeast(units, groupThousands(cut))}
    </span>
  );
}

const price = (instrument: InstrumentRecord, units: number, qty: number, side: 'bid' | 'ask') =>
  qty === 0 ? (
    <span className="faint">{ABSENT}</span>
  ) : (
    <span className={`num ${side}`}>{groupThousands(priceText(units, instrument))}</span>
  );

const quantity = (instrument: InstrumentRecord, units: number) =>
  units === 0 ? (
    <span className="faint">{ABSENT}</span>
  ) : (
    <ShortQuantity units={units} decimals={instrument.qtyDecimals} />
  );

const spread = (quote: QuoteView) => (
  <span className="num dim">
    {formatSpread(quote.bidQty === 0 || quote.askQty === 0 ? null : spreadBps(quote.bid, quote.ask))}
  </span>
);

const COLUMNS: readonly Column<InstrumentRecord>[] = [
  {
    id: 'symbol',
    title: 'Instrument',
    // The longest usual names, such as AVAX/USDT: one that is cut may be another market.
    track: 'minmax(94px, 1fr)',
    cell: (row) => <SymbolCell instrument={row} />,
  },
  venueColumn(),
  {
    id: 'bidQty',
    title: 'Bid qty',
    track: '56px',
    align: 'right',
    fromWidth: 500,
    cell: (row) => <QuoteCell instrument={row} show={(quote) => quantity(row, quote.bidQty)} />,
  },
  {
    id: 'bid',
    title: 'Bid',
    track: 'minmax(70px, 1fr)',
    align: 'right',
    cell: (row) => (
      <QuoteCell instrument={row} show={(quote) => price(row, quote.bid, quote.bidQty, 'bid')} />
    ),
  },
  {
    id: 'ask',
    title: 'Ask',
    track: 'minmax(70px, 1fr)',
    align: 'right',
    cell: (row) => (
      <QuoteCell instrument={row} show={(quote) => price(row, quote.ask, quote.askQty, 'ask')} />
    ),
  },
  {
    id: 'askQty',
    title: 'Ask qty',
    track: '56px',
    align: 'right',
    fromWidth: 500,
    cell: (row) => <QuoteCell instrument={row} show={(quote) => quantity(row, quote.askQty)} />,
  },
  {
    id: 'spread',
    title: 'Bps',
    hint: 'Spread between best bid and best ask, in basis points of the mid price',
    track: '40px',
    align: 'right',
    fromWidth: 372,
    cell: (row) => <QuoteCell instrument={row} show={spread} />,
  },
  {
    id: 'age',
    title: 'Age',
    hint: 'Time since the book last changed',
    track: '36px',
    align: 'right',
    // Gives way to whole names and prices: the light beside the name shows a book that is not live.
    fromWidth: 260,
    cell: (row) => <AgeCell instrument={row} />,
  },
];

/** What a quote lacks is nothing, neither small nor large. */
const figure = (units: number, isThere: boolean, decimals: number): CellValue =>
  isThere ? formatUnits(units, decimals) : null;

const VALUES: Readonly<Record<string, (quote: QuoteView, instrument: InstrumentRecord) => CellValue>> = {
  bidQty: ({ bidQty }, { qtyDecimals }) => figure(bidQty, bidQty > 0, qtyDecimals),
  bid: ({ bid, bidQty }, { priceDecimals }) => figure(bid, bidQty > 0, priceDecimals),
  ask: ({ ask, askQty }, { priceDecimals }) => figure(ask, askQty > 0, priceDecimals),
  askQty: ({ askQty }, { qtyDecimals }) => figure(askQty, askQty > 0, qtyDecimals),
  spread: ({ bid, ask, bidQty, askQty }) => (bidQty === 0 || askQty === 0 ? null : spreadBps(bid, ask)),
};

/** The columns over one session's quotes: what lives is not in the row. */
export function watchColumns(quotes: QuoteStore): readonly Column<InstrumentRecord>[] {
  return COLUMNS.map((column): Column<InstrumentRecord> => {
    if (column.id === 'venue') return column;
    if (column.id === 'symbol') return { ...column, value: ({ symbol }) => symbol };
    if (column.id === 'age') {
      const value = ({ id }: InstrumentRecord): CellValue => {
        const ageUs = quotes.ageUs(id, performance.now());
        return ageUs === null ? null : Math.round(ageUs);
      };
      return { ...column, file: 'age_us', isLive: true, value };
    }
    const read = VALUES[column.id];
    const value = (row: InstrumentRecord): CellValue => {
      const quote = quotes.get(row.id);
      return quote === undefined ? null : (read?.(quote, row) ?? null);
    };
    return { ...column, isLive: true, value };
  });
}
