import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { decimal } from '../domain/decimal.ts';
import { Outbox } from '../domain/effect.ts';
import { createInstrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { Marks } from '../portfolio/marks.ts';
import { Portfolio } from '../portfolio/portfolio.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { sampleExecution } from '../testing/sample-events.ts';
import { AccountReporter } from './account-reporter.ts';

const S = 1_000_000;
const instruments = TRIANGLE.map((spec, id) => createInstrument(spec, id, 'test'));

function rig() {
  const store = new BookStore(instruments, { depth: 5 });
  const balances = [
    { asset: 'USD', total: '1000' },
    { asset: 'BTC', total: '1' },
  ];
  const portfolio = new Portfolio(
    { balances, realizedPnl: '0', fees: '0' },
    new Marks(instruments, store.books, 'USD'),
  );
  const outbox = new Outbox();
  const reporter = new AccountReporter(portfolio, outbox);
  const setMid = (units: number): void => {
    const update = new BookUpdate();
    update.reset(0, true, 1);
    update.pushBid(units - 1, 1);
    update.pushAsk(units + 1, 1);
    store.apply(update);
  };
  /** What was reported since the last call: balances by asset, equity by its value. */
  const reported = (): string[] => {
    const events = outbox.events.flatMap((event) => {
      if (event.type === 'balancesChanged')
        return [
          `${event.atUs / S} s: ${event.balances.map(({ asset, total }) => `${total} ${asset}`).join(', ')}`,
        ];
      return event.type === 'equitySampled' ? [`${event.atUs / S} s: equity ${event.sample.equity}`] : [];
    });
    outbox.events = [];
    return events;
  };
  return { portfolio, outbox, reporter, setMid, reported };
}

describe('what the account is worth', () => {
  it('is reported every five seconds as prices move, and once a minute where it stays', () => {
    const { reporter, setMid, reported } = rig();
    setMid(500_000);
    reporter.onTick(100 * S);
    // The opening bitcoin gets its basis with its first price: a fact that a restart needs.
    expect(reported()).toEqual(['100 s: 1 BTC', '100 s: equity 51000']);
    setMid(510_000);
    reporter.onTick(105 * S - 1);
    expect(reported()).toEqual([]);
    reporter.onTick(105 * S);
    expect(reported()).toEqual(['105 s: equity 52000']);
    for (let second = 106; second < 165; second++) reporter.onTick(second * S);
    expect(reported()).toEqual([]);
    reporter.onTick(165 * S);
    expect(reported()).toEqual(['165 s: equity 52000']);
  });

  it('is reported at once where it is asked for', () => {
    const { reporter, setMid, reported } = rig();
    setMid(500_000);
    reporter.sampleEquity(100 * S);
    reported();
    reporter.sampleEquity(101 * S);
    expect(reported()).toEqual(['101 s: equity 51000']);
    reporter.onTick(105 * S);
    expect(reported()).toEqual([]);
  });
});

describe('balances', () => {
  it('that moved are reported, those alone, and nothing where none did', () => {
    const { portfolio, reporter, reported } = rig();
    reporter.reportBalances(S);
    expect(reported()).toEqual([]);
    portfolio.balances.receive('USD', decimal('5'));
    reporter.reportBalances(2 * S);
    expect(reported()).toEqual(['2 s: 1005 USD']);
    reporter.reportBalances(3 * S);
    expect(reported()).toEqual([]);
  });

  it('come with the equity after a fill or the end of a cycle, and without it else', () => {
    for (const [type, expected] of [
      ['orderFilled', ['2 s: 1005 USD', '2 s: equity 1005']],
      ['executionFinished', ['2 s: 1005 USD', '2 s: equity 1005']],
      ['rearmed', ['2 s: 1005 USD']],
    ] as const) {
      const { portfolio, outbox, reporter, reported } = rig();
      portfolio.balances.receive('USD', decimal('5'));
      const fact = type === 'executionFinished' ? { execution: sampleExecution() } : {};
      outbox.emit({ type: 'rearmed', atUs: 2 * S, actor: { kind: 'operator', via: 'test' } });
      outbox.emit({ type, atUs: 2 * S, ...fact } as never);
      reporter.reportBalances(2 * S);
      expect(reported()).toEqual(expected);
    }
  });
});

it('says nothing of equity before all that is held has had a price: no coin comes in as a profit', () => {
  const { reporter, setMid, reported } = rig();
  reporter.onTick(100 * S);
  expect(reported()).toEqual([]);
  setMid(500_000);
  reporter.onTick(105 * S);
  expect(reported()).toEqual(['105 s: 1 BTC', '105 s: equity 51000']);
});
