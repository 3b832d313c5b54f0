import { useEffect, useRef, useState } from 'react';
import type { TradesView } from '../../../src-engine/contract/market-records.ts';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { Term } from '../../components/term.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { useCopyMenu } from '../../components/use-copy-menu.tsx';
import { useSession } from '../../engine/use-session.ts';
import { ABSENT, cutText, formatUnits, groupThousands } from '../../lib/decimal-text.ts';
import { formatCount } from '../../lib/figures.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge, formatDuration } from '../../lib/time-text.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { useLinkedInstrument } from '../../workspace/panel-context.tsx';
import { TapePainter, tapeFlow } from './tape-painter.ts';

const ROWS = 100;

/** The venue's public trades of the linked instrument, newest first. */
export function RecentTrades() {
  const { instrument } = useLinkedInstrument();
  if (instrument === undefined) {
    return (
      <Panel title="Trades">
        <EmptyState title="No instrument selected">Choose one in the watchlist.</EmptyState>
      </Panel>
    );
  }
  return <Tape key={instrument.id} instrument={instrument} />;
}

function Tape({ instrument }: { readonly instrument: InstrumentRecord }) {
  const session = useSession();
  const { client } = session;
  const zone = usePrefs((prefs) => prefs.zone);
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef<TradesView | null>(null);
  const [isEmpty, setEmpty] = useState(true);
  useEffect(() => {
    if (host.current === null) return;
    const painter = new TapePainter(host.current, ROWS);
    return client.subscribe('trades', { instrumentId: instrument.id, limit: ROWS }, (view) => {
      latest.current = view;
      setEmpty(view.total === 0);
      painter.paint(view, instrument, zone);
    });
  }, [client, instrument, zone]);
  const age = useTicking(() => {
    const atUs = latest.current?.trades[0];
    return formatAge(atUs === undefined ? null : session.nowUs() - atUs);
  });
  const { onContextMenu, menu } = useCopyMenu(`trades ${instrument.symbol}`);
  const flow = useTicking(() => flowText(latest.current, instrument));
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
      {isEmpty && (
        <EmptyState title="No trades yet">
          Public trades of {instrument.symbol} are listed from the moment the engine started.
        </EmptyState>
      )}
      <div
        className="tape"
        role="table"
        aria-label={`Trades of ${instrument.symbol}`}
        hidden={isEmpty}
        onContextMenu={onContextMenu}
      >
        <div className="tape-row tape-head" role="row">
          <span role="columnheader">Time</span>
          <span role="columnheader" title="Side of the taker">
            Taker
          </span>
          <span role="columnheader" className="right">
            <Term>Price</Term> {codeOf(instrument.quote)}
          </span>
          <span role="columnheader" className="right">
            <Term>Qty</Term> {codeOf(instrument.base)}
          </span>
        </div>
        <div
          ref={host}
          className="tape-body"
          role="rowgroup"
          tabIndex={0}
          aria-label="Trades, newest first"
        />
      </div>
      {menu}
      <p className="panel-foot num" hidden={isEmpty}>
        {flow}
      </p>
    </Panel>
  );
}

/** "Bought 1.2, sold 0.8 BTC in 100 trades over 3m 10s; 1,204 since the start". */
function flowText(view: TradesView | null, { base, qtyDecimals }: InstrumentRecord): string {
  if (view === null) return ABSENT;
  const { count, bought, sold, overUs } = tapeFlow(view);
  const amount = (units: number): string => groupThousands(cutText(formatUnits(units, qtyDecimals), 4));
  return `Bought ${amount(bought)}, sold ${amount(sold)} ${codeOf(base)} in ${count} ${count === 1 ? 'trade' : 'trades'} over ${formatDuration(overUs)}; ${formatCount(view.total)} since the start`;
}
