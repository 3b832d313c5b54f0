/** One execution in full: why it came out so, its times, where its edge went, its legs, and the books that it met. Of a run and of the live history. */
import { useMemo } from 'react';
import type { ExecutionStory } from '../../../src-engine/contract/story-records.ts';
import { signClass } from '../../components/exact.tsx';
import { ColumnHead } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { SideWord } from '../../components/side-word.tsx';
import { Word } from '../../components/word.tsx';
import { groupThousands, trimZeros } from '../../lib/decimal-text.ts';
import { bpsSign, formatBps } from '../../lib/figures.ts';
import { formatDuration } from '../../lib/time-text.ts';
import { cycleText, ORDER_WORDS } from '../../lib/words.ts';
import { KeptBook } from './kept-book.tsx';
import { differencesOf } from './story-difference.ts';
import { StoryTimeline } from './story-timeline.tsx';
import { legOutcomes, tradeStory, type TradeParts } from './trade-story.ts';
import { TradeWaterfall } from './trade-waterfall-chart.tsx';

type StoryDetailProps = { readonly story: ExecutionStory; readonly label: string };

function partsOf({ execution, opportunity, orders, books }: ExecutionStory): TradeParts {
  const key = (symbol: string, venue: string): string => `${venue} ${symbol}`;
  const best = new Map(
    books.map(({ symbol, venue, bids, asks }) => [
      key(symbol, venue ?? execution.venue),
      { bid: bids[0]?.[0] ?? null, ask: asks[0]?.[0] ?? null },
    ]),
  );
  return { execution, opportunity, orders, bestOf: (symbol, venue) => best.get(key(symbol, venue)) };
}

export function StoryDetail({ story, label }: StoryDetailProps) {
  const parts = useMemo(() => partsOf(story), [story]);
  const { execution, opportunity, times, receivedUs, orders } = story;
  const isHeld = execution.outcome !== 'missed' && execution.outcome !== 'denied';
  const title = Number(execution.profitHome) < 0 ? 'Why it lost money' : 'Why this result';
  const legs = useMemo(
    () => new Map(legOutcomes(parts).map(({ order, leg }) => [order.orderId, leg])),
    [parts],
  );
  const legOf = (orderId: string): number => legs.get(orderId) ?? 0;
  return (
    <section className="lab-trade" aria-label={label} tabIndex={0}>
      <p className="lab-trade-head">
        <strong className="symbol">{cycleText(execution.path, ' → ')}</strong>
        <span className="num dim">{formatDuration(execution.finishedUs - execution.startedUs)}</span>
      </p>
      <h3>{title}</h3>
      <ul className="lab-sentences" aria-label={title}>
        {tradeStory(parts).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {times.length > 0 ? (
        <StoryTimeline times={times} receivedUs={receivedUs} orders={orders} legOf={legOf} />
      ) : (
        orders.length > 0 && (
          <p className="lab-note">
            The times of its steps and the books at its fills were not kept: it is older than the executions
            whose story is kept, or of an earlier version.
          </p>
        )
      )}
      {opportunity !== null && (
        <>
          <h3>From gross to booked, in bps</h3>
          <TradeWaterfall
            waterfall={opportunity.waterfall}
            realizedBps={isHeld ? execution.realizedNetBps : null}
          />
          {isHeld && <Differences story={story} legOf={legOf} />}
        </>
      )}
      <Legs parts={parts} startUs={execution.startedUs} />
      <Books story={story} legOf={legOf} />
    </section>
  );
}

type PartProps = { readonly story: ExecutionStory; readonly legOf: (orderId: string) => number };

/** Every difference between the expected and the booked edge, with its reason; they add up to the whole. */
function Differences({ story, legOf }: PartProps) {
  const { execution, opportunity, orders, fills, books } = story;
  if (opportunity === null) return null;
  const rows = differencesOf({ execution, opportunity, orders, fills, books, legOf });
  return (
    <PlainTable className="lab-table story-differences" label="Expected against booked, in bps">
      <tbody>
        <tr>
          <th scope="row">Expected net edge</th>
          <td className="num right">{formatBps(execution.expectedNetBps)}</td>
        </tr>
        {rows.map(({ label, bps, explain }) => (
          <tr key={label} title={explain}>
            <td>{label}</td>
            <td className={`num right ${signClass(bpsSign(bps))}`}>{formatBps(bps)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">Booked</th>
          <td className="num right">{formatBps(execution.realizedNetBps)}</td>
        </tr>
      </tbody>
    </PlainTable>
  );
}

function Books({ story: { books, fillBooks, opportunity, orders, execution }, legOf }: PartProps) {
  return (
    <>
      {books.length > 0 && (
        <>
          <h3>Books at the decision; ▸ levels that the plan would take</h3>
          <div className="lab-books">
            {books.map(({ symbol, venue, ageUs, bids, asks }) => {
              const leg = opportunity?.legs.find(
                (each) =>
                  each.symbol === symbol && (each.venue ?? execution.venue) === (venue ?? execution.venue),
              );
              return (
                <KeptBook
                  key={`${venue} ${symbol}`}
                  symbol={symbol}
                  venue={venue}
                  ageUs={ageUs}
                  bids={bids.map(([price, qty]) => ({ price, qty }))}
                  asks={asks.map(([price, qty]) => ({ price, qty }))}
                  taken={leg ?? null}
                />
              );
            })}
          </div>
        </>
      )}
      {fillBooks.length > 0 && (
        <>
          <h3>Books when the first fill was heard of</h3>
          <div className="lab-books">
            {fillBooks.map(({ orderId, symbol, venue, ageUs, bids, asks }) => {
              const order = orders.find((each) => each.orderId === orderId);
              const place = legOf(orderId) === 0 ? 'unwind' : `leg ${legOf(orderId)}`;
              return (
                <KeptBook
                  key={orderId}
                  symbol={`${place}: ${symbol}`}
                  venue={venue}
                  ageUs={ageUs}
                  bids={bids.map(([price, qty]) => ({ price, qty }))}
                  asks={asks.map(([price, qty]) => ({ price, qty }))}
                  taken={
                    order === undefined ? null : { side: order.side, limitPrice: order.price, qty: order.qty }
                  }
                />
              );
            })}
          </div>
        </>
      )}
    </>
  );
}

function Legs({ parts, startUs }: { readonly parts: TradeParts; readonly startUs: number }) {
  return (
    <>
      <h3>Legs</h3>
      <PlainTable className="lab-table" label="Legs of the trade">
        <thead>
          <tr>
            <ColumnHead>Leg</ColumnHead>
            <ColumnHead>Order</ColumnHead>
            <ColumnHead>State</ColumnHead>
            <ColumnHead className="right">Filled</ColumnHead>
            <ColumnHead className="right">Price</ColumnHead>
            <ColumnHead className="right">Limit</ColumnHead>
            <th
              scope="col"
              className="right"
              title="Fill price against the best price at the decision; below zero is worse"
            >
              Slippage
            </th>
            <ColumnHead className="right" title="Since the start of the trade">
              At
            </ColumnHead>
          </tr>
        </thead>
        <tbody>
          {legOutcomes(parts).map(({ order, leg, price, movedBps }) => {
            const { label, tone, explain } = ORDER_WORDS[order.state];
            return (
              <tr key={order.orderId} title={order.reason}>
                <td className="num">{leg === 0 ? 'unwind' : leg}</td>
                <td>
                  <SideWord side={order.side} /> <span className="symbol">{order.symbol}</span>
                </td>
                <td>
                  <Word tone={tone} label={label} explain={explain} />
                </td>
                <td className="num right">{groupThousands(trimZeros(order.filledQty))}</td>
                <td className="num right">{price === null ? '—' : groupThousands(price)}</td>
                <td className="num right">{groupThousands(trimZeros(order.price))}</td>
                <td className="num right">{movedBps === null ? '—' : formatBps(movedBps)}</td>
                <td className="num right">+{formatDuration(order.updatedUs - startUs)}</td>
              </tr>
            );
          })}
        </tbody>
      </PlainTable>
    </>
  );
}
