import { useMemo } from 'react';
import type { RunTrade } from '../../../src-engine/contract/lab-records.ts';
import { ColumnHead } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { SideWord } from '../../components/side-word.tsx';
import { Word } from '../../components/word.tsx';
import { groupThousands, trimZeros } from '../../lib/decimal-text.ts';
import { formatBps } from '../../lib/figures.ts';
import { formatDuration } from '../../lib/time-text.ts';
import { cycleText, ORDER_WORDS } from '../../lib/words.ts';
import { DecisionBook } from './book-ladder.tsx';
import { legOutcomes, tradeStory, type TradeParts } from './trade-story.ts';
import { TradeWaterfall } from './trade-waterfall-chart.tsx';
import { useAnswer } from './use-answer.ts';

type TradeDetailProps = { readonly runId: string; readonly executionId: string };

/** One trade in full: why it came out so, its waterfall, its legs, and the books that it was decided on. */
export function TradeDetail({ runId, executionId }: TradeDetailProps) {
  const { data, problem } = useAnswer('getRunTrade', { runId, executionId });
  if (problem !== null) return <ProblemNotice title="The trade could not be read" problem={problem} />;
  return data === undefined ? <div className="lab-trade" /> : <Detail trade={data} />;
}

function partsOf({ execution, opportunity, orders, books }: RunTrade): TradeParts {
  const best = new Map(
    books.map(({ symbol, bids, asks }) => [symbol, { bid: bids[0]?.[0] ?? null, ask: asks[0]?.[0] ?? null }]),
  );
  return { execution, opportunity, orders, bestOf: (symbol) => best.get(symbol) };
}

function Detail({ trade }: { readonly trade: RunTrade }) {
  const parts = useMemo(() => partsOf(trade), [trade]);
  const { execution, opportunity, books } = trade;
  const isHeld = execution.outcome !== 'missed' && execution.outcome !== 'denied';
  const title = Number(execution.profitHome) < 0 ? 'Why it lost money' : 'Why this result';
  return (
    <section className="lab-trade" aria-label="Selected trade" tabIndex={0}>
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
      {opportunity !== null && (
        <>
          <h3>From gross to booked, in bps</h3>
          <TradeWaterfall
            waterfall={opportunity.waterfall}
            realizedBps={isHeld ? execution.realizedNetBps : null}
          />
        </>
      )}
      <Legs parts={parts} startUs={execution.startedUs} />
      {books.length > 0 && (
        <>
          <h3>Books at the decision; ▸ levels that the plan would take</h3>
          <div className="lab-books">
            {books.map(({ symbol, ageUs, bids, asks }) => {
              const leg = opportunity?.legs.find((each) => each.symbol === symbol);
              return (
                <DecisionBook
                  key={symbol}
                  symbol={symbol}
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
    </section>
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
                <td className="num right">{trimZeros(order.filledQty)}</td>
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
