import { describe, expect, test } from 'vitest';
import { decimal } from '../../domain/decimal.ts';
import { sampleExecution, sampleOpportunity } from '../../testing/sample-events.ts';
import { CaptureTally } from './capture.ts';

/** An ETH is 2,000 and a dollar one; nothing else has a price. */
const portfolio = {
  valueOf: (asset: string, amount: ReturnType<typeof decimal>) => {
    const price = { USD: 1, ETH: 2_000 }[asset];
    return price === undefined ? undefined : amount.times(price);
  },
};

function tally(): CaptureTally {
  const one = new CaptureTally();
  one.begin(portfolio);
  return one;
}

const closed = (decision: string, expectedProfit: string, path = ['USD', 'BTC', 'ETH']) =>
  ({
    type: 'opportunityClosed',
    atUs: 1,
    opportunity: sampleOpportunity({ decision: decision as 'taken', expectedProfit, path }),
  }) as const;

const traded = (
  id: string,
  promised: string,
  profitHome: string,
  outcome: 'completed' | 'missed' = 'completed',
) =>
  [
    {
      type: 'executionStarted',
      atUs: 1,
      executionId: id,
      opportunity: sampleOpportunity({ expectedProfit: promised }),
    },
    {
      type: 'executionFinished',
      atUs: 2,
      execution: sampleExecution({ executionId: id, profitHome, outcome }),
    },
  ] as never[];

describe('the share of the edge that came home', () => {
  test('counts opportunities that were lost by their reason: how many, and what they promised', () => {
    const one = tally();
    one.onEvents([
      closed('risk-denied', '3'),
      closed('edge-below-threshold', '1'),
      closed('risk-denied', '4'),
    ]);
    expect(one.figures()).toEqual({
      detected: 8,
      captured: 0,
      share: 0,
      lost: [
        { reason: 'risk-denied', opportunities: 2, home: 7 },
        { reason: 'edge-below-threshold', opportunities: 1, home: 1 },
      ],
    });
  });

  test('values a promise at the marks of its start asset', () => {
    const one = tally();
    one.onEvents([closed('risk-denied', '0.5', ['ETH', 'USD', 'BTC'])]);
    expect(one.figures()).toMatchObject({ detected: 1_000, lost: [{ home: 1_000 }] });
  });

  test('leaves out what promised nothing, what has no price, and what was taken: its execution counts that', () => {
    const one = tally();
    one.onEvents([
      closed('risk-denied', '0'),
      closed('risk-denied', '-1'),
      closed('risk-denied', '5', ['XYZ', 'USD', 'BTC']),
      closed('taken', '5'),
    ]);
    expect(one.figures()).toEqual({ detected: 0, captured: 0, share: null, lost: [] });
  });

  test('takes what a trade brought from what it promised: the rest was lost in execution', () => {
    const one = tally();
    one.onEvents([...traded('a', '10', '6'), ...traded('b', '10', '-2', 'missed'), ...traded('c', '1', '3')]);
    expect(one.figures()).toEqual({
      detected: 21,
      captured: 7,
      share: 7 / 21,
      lost: [
        { reason: 'missed', opportunities: 1, home: 12 },
        { reason: 'completed', opportunities: 2, home: 2 },
      ],
    });
  });

  test('counts what a sale of residuals brings, which promised nothing', () => {
    const one = tally();
    const execution = sampleExecution({ executionId: 'sweep', profitHome: '4' });
    one.onEvents([{ type: 'executionFinished', atUs: 2, execution }]);
    expect(one.figures()).toMatchObject({ detected: 0, captured: 4, share: null });
    expect(one.figures().lost).toEqual([{ reason: 'completed', opportunities: 1, home: -4 }]);
  });
});
