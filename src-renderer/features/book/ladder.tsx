import { useEffect, useMemo, useRef, useState } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { BookView } from '../../../src-engine/contract/topics.ts';
import { Term } from '../../components/term.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { useCopyMenu } from '../../components/use-copy-menu.tsx';
import { Word } from '../../components/word.tsx';
import { useBookState, useReplica, useSession } from '../../engine/use-session.ts';
import { formatAmount, groupThousands, trimZeros } from '../../lib/decimal-text.ts';
import { termOf } from '../../lib/glossary.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { BOOK_WORDS } from '../../lib/words.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { useLinkedInstrument } from '../../workspace/panel-context.tsx';
import { LadderPainter } from './ladder-painter.ts';
import { ownOrders } from './own-orders.ts';
import type { Take } from './taken.ts';

/** Levels a side that are asked for. */
export const LEVELS = 40;
const ROW_HEIGHT = 18;
const SPREAD_HEIGHT = 26;

/** The book of the linked instrument. */
export function Ladder() {
  const { instrument } = useLinkedInstrument();
  if (instrument === undefined) {
    return (
      <Panel title="Book" className="area-book">
        <EmptyState title="No instrument selected">Choose one in the watchlist.</EmptyState>
      </Panel>
    );
  }
  return <InstrumentLadder key={instrument.id} instrument={instrument} />;
}

function InstrumentLadder({ instrument }: { readonly instrument: InstrumentRecord }) {
  const state = useBookState(instrument.id);
  const { label, explain, tone } = BOOK_WORDS[state];
  const { onContextMenu, menu } = useCopyMenu(`book ${instrument.symbol}`);
  return (
    <Panel
      title="Book"
      className="area-book"
      note={<strong className="symbol">{instrument.symbol}</strong>}
      actions={
        <>
          <BookAge id={instrument.id} />
          <Word tone={tone} label={label} explain={explain} />
        </>
      }
    >
      <div
        className="ladder"
        role="table"
        aria-label={`Book of ${instrument.symbol}`}
        onContextMenu={onContextMenu}
      >
        <div className="ladder-head" role="row">
          <span role="columnheader">
            <Term>Price</Term> {codeOf(instrument.quote)}
          </span>
          <span role="columnheader">
            <Term>Qty</Term> {codeOf(instrument.base)}
          </span>
          <span role="columnheader">
            <Term>Sum</Term>
          </span>
        </div>
        <LadderBody instrument={instrument} greyed={state !== 'live'} />
      </div>
      {menu}
      <dl className="ladder-facts">
        <Fact name="Tick" text={groupThousands(trimZeros(instrument.tickSize))} />
        <Fact name="Lot" text={groupThousands(trimZeros(instrument.lotSize))} />
        <Fact name="Min" text={groupThousands(trimZeros(instrument.minQty))} />
        <Fact
          name="Taker"
          text={instrument.takerFee === null ? 'fee not known' : `${feeBps(instrument.takerFee)} bps`}
          note={instrument.feeBasis}
        />
        {instrument.stoppedFor !== '' && <Fact name="Not traded" text={instrument.stoppedFor} />}
      </dl>
    </Panel>
  );
}

type LadderBodyProps = {
  readonly instrument: InstrumentRecord;
  readonly greyed: boolean;
  /** An order whose part of each level is shaded; the same object while it is the same order. */
  readonly take?: Take | undefined;
};

export function LadderBody({ instrument, greyed, take }: LadderBodyProps) {
  const { client } = useSession();
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef<BookView | null>(null);
  const depth = useDepth(host);
  const own = useOwnOrders(instrument);
  const marks = useRef({ own, take });
  const rows = useRef<LadderPainter | null>(null);
  useEffect(() => {
    marks.current = { own, take };
    if (latest.current !== null) rows.current?.paint(latest.current, instrument, own, take);
  }, [own, take, instrument]);
  useEffect(() => {
    if (host.current === null || depth === 0) return;
    const painter = new LadderPainter(host.current, depth);
    rows.current = painter;
    const paint = (book: BookView) => {
      latest.current = book;
      painter.paint(book, instrument, marks.current.own, marks.current.take);
    };
    // Another height means other rows: what was last known goes into them at once.
    if (latest.current !== null) paint(latest.current);
    return client.subscribe('book', { instrumentId: instrument.id, levels: LEVELS }, paint);
  }, [client, instrument, depth]);
  return <div ref={host} className={`ladder-body ${greyed ? 'stale-value' : ''}`} role="rowgroup" />;
}

/** What of our open orders of the instrument is not filled yet, by price. */
function useOwnOrders(instrument: InstrumentRecord): ReadonlyMap<number, number> {
  const orders = useReplica((replica) => replica.orders);
  return useMemo(() => ownOrders(orders ?? [], instrument), [orders, instrument]);
}

/** As many levels a side as fit into the element, at most what is asked for. */
function useDepth(host: { readonly current: HTMLElement | null }): number {
  const [depth, setDepth] = useState(0);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const fitting = Math.floor((element.clientHeight - SPREAD_HEIGHT) / 2 / ROW_HEIGHT);
      setDepth(Math.min(LEVELS, Math.max(1, fitting)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [host]);
  return depth;
}

export function BookAge({ id }: { readonly id: number }) {
  const { quotes } = useSession();
  const text = useTicking(() => formatAge(quotes.ageUs(id, performance.now())));
  return <span className="num dim age">{text}</span>;
}

function Fact({
  name,
  text,
  note = '',
}: {
  readonly name: string;
  readonly text: string;
  /** Said when the pointer rests on it, below what the word means. */
  readonly note?: string;
}) {
  const means = termOf(name)?.means;
  return (
    <div title={note === '' ? means : `${means ?? name} (${note})`}>
      <dt>{name}</dt>
      <dd className="num">{text}</dd>
    </div>
  );
}

/** A fee fraction in bps, moved by four places as text: "0.0026" → "26.0". */
function feeBps(fraction: string): string {
  const [whole = '0', decimals = ''] = fraction.split('.');
  const padded = decimals.padEnd(4, '0');
  const digits = `${whole}${padded.slice(0, 4)}`.replace(/^0+(?=\d)/, '');
  return formatAmount(`${digits}.${padded.slice(4) || '0'}`, 1);
}
