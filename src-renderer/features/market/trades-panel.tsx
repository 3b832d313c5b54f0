/** The venue's public trades of one instrument, newest first. */
import { useEffect, useState } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { TopicView } from '../../../src-engine/contract/topics.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { type Column, VirtualTable } from '../../components/virtual-table.tsx';
import { useSession } from '../../engine/use-session.ts';
import { formatUnits, groupThousands } from '../../lib/decimal-text.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { useLinkedInstrument } from '../../workspace/panel-context.tsx';
import { Time } from '../activity/activity-columns.tsx';

type Trade = TopicView<'trades'>['trades'][number] & { readonly key: string };

const LIMIT = 200;

function columnsOf({ priceDecimals, qtyDecimals, base, quote }: InstrumentRecord): Column<Trade>[] {
  return [
    { id: 'time', title: 'Time', track: '80px', cell: (row) => <Time atUs={row.venueUs} /> },
    {
      id: 'side',
      title: 'Taker',
      track: '44px',
      cell: ({ side }) => (
        <span className={side === 'buy' ? 'bid' : 'ask'}>{side === 'buy' ? '▲ buy' : '▼ sell'}</span>
      ),
    },
    {
      id: 'price',
      title: `Price ${quote}`,
      track: 'minmax(70px, 1fr)',
      align: 'right',
      cell: ({ price, side }) => (
        <span className={`num ${side === 'buy' ? 'bid' : 'ask'}`}>
          {groupThousands(formatUnits(price, priceDecimals))}
        </span>
      ),
    },
    {
      id: 'qty',
      title: `Qty ${base}`,
      track: 'minmax(80px, 1fr)',
      align: 'right',
      cell: ({ qty }) => <span className="num">{groupThousands(formatUnits(qty, qtyDecimals))}</span>,
    },
  ];
}

export function TradesPanel() {
  const { instrument } = useLinkedInstrument();
  return instrument === undefined ? (
    <Panel title="Trades">
      <EmptyState title="No instrument yet">Choose one in the watchlist.</EmptyState>
    </Panel>
  ) : (
    <Tape key={instrument.id} instrument={instrument} />
  );
}

function Tape({ instrument }: { readonly instrument: InstrumentRecord }) {
  const session = useSession();
  const [trades, setTrades] = useState<readonly Trade[]>([]);
  const [columns] = useState(() => columnsOf(instrument));
  const { id } = instrument;
  useEffect(
    () =>
      session.client.subscribe('trades', { instrumentId: id, limit: LIMIT }, (view) => {
        // Several of one microsecond are told apart by their place.
        setTrades(view.trades.map((trade, k) => ({ ...trade, key: `${trade.venueUs} ${k}` })));
      }),
    [session, id],
  );
  const newestUs = trades[0]?.venueUs;
  const age = useTicking(() => (newestUs === undefined ? '' : formatAge(session.nowUs() - newestUs)));
  return (
    <Panel
      title="Trades"
      note={<strong className="symbol">{instrument.symbol}</strong>}
      actions={
        <span className="num dim age" title="Since the last trade">
          {age}
        </span>
      }
    >
      <VirtualTable
        label={`Trades of ${instrument.symbol}`}
        columns={columns}
        rows={trades}
        rowKey={({ key }) => key}
        empty={
          <EmptyState title="No trade yet">
            The venue’s trades are listed from when the engine started.
          </EmptyState>
        }
      />
    </Panel>
  );
}
