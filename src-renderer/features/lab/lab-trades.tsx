import { recordingTitle } from '../../lib/recording-title.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { useEffect, useMemo } from 'react';
import type { ExecutionRecord } from '../../../src-engine/domain/event.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Signed } from '../../components/exact.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { sumOf } from '../../lib/totals.ts';
import { useLab } from './lab-store.ts';
import { TRADE_COLUMNS } from './trade-columns.tsx';
import { useRuns, useRunUnderReview } from './run-picker.tsx';
import { TradeDetail } from './trade-detail.tsx';
import { TradePrices } from './trade-prices.tsx';
import { useAnswer } from './use-answer.ts';

const NONE: readonly ExecutionRecord[] = [];

/** The trades of the run under review: table, chart and detail in step with each other. */
export function LabTrades() {
  const runId = useRunUnderReview(useRuns()?.runs);
  const executionId = useLab((lab) => lab.executionId);
  const reviewTrade = useLab((lab) => lab.reviewTrade);
  const review = useAnswer('getRun', runId === null ? null : { runId });
  const { data, problem } = useAnswer('listRunTrades', runId === null ? null : { runId });
  const trades = data?.trades ?? NONE;
  const [first] = trades;
  useEffect(() => {
    if (executionId === null && first !== undefined) reviewTrade(first.executionId);
  }, [executionId, first, reviewTrade]);
  const chosenAt = trades.findIndex((trade) => trade.executionId === executionId);
  const total = useMemo(() => sumOf(trades, ({ profitHome }) => profitHome), [trades]);
  const chosen = trades[chosenAt];
  if (runId === null) {
    return (
      <Panel title="Trades of the run">
        <EmptyState title="No run selected">
          Choose one in the Review panel, or run a backtest: its trades are shown here with the reasons of
          their results.
        </EmptyState>
      </Panel>
    );
  }
  const name = review.data?.name ?? '';
  return (
    <Panel
      title="Trades of the run"
      note={<span title={name}>{recordingTitle(name)}</span>}
      actions={
        data === undefined ? undefined : (
          <span
            className="lab-trade-total"
            title="Sum of the booked profits, equal to the sum of profit_home in the CSV. Net PnL in the review also values open positions."
          >
            {trades.length} trades, <Signed text={total} places={4} /> {codeOf(review.data?.homeAsset ?? '')}
          </span>
        )
      }
    >
      {problem !== null && <ProblemNotice title="The trades could not be read" problem={problem} />}
      {data !== undefined && data.dropped > 0 && (
        <Notice tone="warn" title={`${data.dropped} later trades are in the figures but not in this list`} />
      )}
      <div className="lab-trades">
        {(data === undefined || trades.length > 0) && (
          <TradePrices runId={runId} trade={chosen} symbols={review.data?.symbols ?? NO_SYMBOLS} />
        )}
        <div className="lab-trades-below">
          <VirtualTable
            label="Trades"
            columns={TRADE_COLUMNS}
            rows={trades}
            rowKey={(row) => row.executionId}
            selectedKey={executionId}
            followsSelection
            onSelect={(row) => reviewTrade(row.executionId)}
            empty={
              data === undefined ? null : (
                <EmptyState title="This run has no trades">
                  For the reasons see “What happened” and “Reasons not to trade” in the Review panel.
                </EmptyState>
              )
            }
          />
          {chosen !== undefined && <TradeDetail runId={runId} executionId={chosen.executionId} />}
        </div>
      </div>
    </Panel>
  );
}

const NO_SYMBOLS: readonly string[] = [];
