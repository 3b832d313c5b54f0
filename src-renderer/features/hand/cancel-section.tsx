/** Cancels the engine's open orders: of a symbol, of a venue, or all. */
import { useState } from 'react';
import type { OrderRecord } from '../../../src-engine/domain/event.ts';
import { Choice } from '../../components/choice.tsx';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { formatCount } from '../../lib/figures.ts';
import { OPEN_STATES } from '../book/own-orders.ts';

const NONE: readonly OrderRecord[] = [];
const ALL = '';

export function CancelSection() {
  const session = useSession();
  const orders = useReplica((replica) => replica.orders) ?? NONE;
  const venues = useReplica(({ status }) => status.feeds) ?? [];
  const [venue, setVenue] = useState(ALL);
  const [symbol, setSymbol] = useState(ALL);
  const [sent, setSent] = useState<number>();
  const open = orders.filter(({ state }) => OPEN_STATES.has(state));
  const symbols = [...new Set(open.map((order) => order.symbol))].sort();
  const chosen = symbols.includes(symbol) ? symbol : ALL;
  const cancel = async (): Promise<void> => {
    const done = await session.run('No order was canceled', 'cancelOrders', {
      ...(venue === ALL ? {} : { venue }),
      ...(chosen === ALL ? {} : { symbol: chosen }),
    });
    setSent(done?.cancelsSent);
  };
  return (
    <section className="form hand-section" aria-label="Cancel orders">
      <h3>Cancel orders</h3>
      <p className="field-help">
        {formatCount(open.length)} of the engine’s orders are open. A cycle whose order is canceled is
        unwound; a quoted market is quoted anew, unless trading is paused; orders placed elsewhere stay.
      </p>
      <Choice
        label="Venue"
        value={venue}
        values={[ALL, ...venues.map((feed) => feed.venue)]}
        text={(id) => venues.find((feed) => feed.venue === id)?.title ?? 'All venues'}
        onChoose={setVenue}
      />
      <Choice
        label="Symbol"
        value={chosen}
        values={[ALL, ...symbols]}
        text={(one) => (one === ALL ? 'All symbols' : one)}
        onChoose={setSymbol}
      />
      <div className="form-actions">
        <span role="status">{sent === undefined ? '' : `${formatCount(sent)} cancels sent`}</span>
        <ConfirmButton
          label="Cancel orders"
          name="of this choice"
          confirm="Really cancel orders"
          onConfirm={cancel}
        />
      </div>
    </section>
  );
}
