/** When each order was decided, journaled, sent, acknowledged and filled: as bars on one axis, and in ms. */
import type { OrderRecord } from '../../../src-engine/domain/event.ts';
import type { OrderTimes } from '../../../src-engine/contract/story-records.ts';
import { PlainTable } from '../../components/plain-table.tsx';
import { ColumnHead } from '../../components/term.tsx';
import { SideWord } from '../../components/side-word.tsx';
import { shortVenueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { lanesOf, msText, STEPS } from './story-times.ts';

type TimelineProps = {
  readonly times: readonly OrderTimes[];
  readonly receivedUs: number | null;
  readonly orders: readonly OrderRecord[];
  /** Leg of an order, from 1; 0: an unwind. */
  readonly legOf: (orderId: string) => number;
};

export function StoryTimeline({ times, receivedUs, orders, legOf }: TimelineProps) {
  const { lanes, spanUs } = lanesOf(times, receivedUs);
  const steps = STEPS.filter(({ key }) => lanes.some(({ at }) => at[key] !== undefined));
  const from = receivedUs === null ? 'the first decision' : 'the market data';
  return (
    <>
      <h3>
        Timeline, in ms since {from} <span className="dim">· by the engine’s clock</span>
      </h3>
      <div className="story-lanes" aria-hidden="true">
        {lanes.map(({ orderId, spans }) => (
          <div key={orderId} className="story-lane">
            <span className="dim num">{legOf(orderId) === 0 ? '↩' : legOf(orderId)}</span>
            <span className="story-track">
              {spans.map(({ key, label, from: start, to }) => (
                <span
                  key={key}
                  className={`story-span story-${key}`}
                  title={`${label} at ${msText(to * spanUs)} ms`}
                  style={{ left: `${start * 100}%`, width: `max(2px, ${(to - start) * 100}%)` }}
                />
              ))}
            </span>
          </div>
        ))}
      </div>
      <PlainTable className="lab-table" label="Timeline of the orders, in milliseconds">
        <thead>
          <tr>
            <ColumnHead>Leg</ColumnHead>
            <ColumnHead>Order</ColumnHead>
            {steps.map(({ key, label, explain }) => (
              <ColumnHead key={key} className={`right story-head story-${key}`} title={explain}>
                {label}
              </ColumnHead>
            ))}
          </tr>
        </thead>
        <tbody>
          {lanes.map(({ orderId, at }) => {
            const order = orders.find((each) => each.orderId === orderId);
            return (
              <tr key={orderId}>
                <td className="num">{legOf(orderId) === 0 ? 'unwind' : legOf(orderId)}</td>
                <td>
                  {order !== undefined && (
                    <>
                      <SideWord side={order.side} /> <span className="symbol">{order.symbol}</span>{' '}
                      <span className="dim">{shortVenueTitle(order.venue)}</span>
                    </>
                  )}
                </td>
                {steps.map(({ key }) => (
                  <td key={key} className="num right">
                    {at[key] === undefined ? '—' : msText(at[key])}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </PlainTable>
    </>
  );
}
