/** Whatever the market does to a cycle, the execution's record says where the money is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../domain/decimal.ts';
import type { ExecutionRecord } from '../domain/event.ts';
import { KernelHarness, TRIANGLE } from '../testing/kernel-harness.ts';

const MIDS: Readonly<Record<string, number>> = { 'BTC/USD': 50_000, 'ETH/BTC': 0.05, 'ETH/USD': 2_500 };

const move = fc.record({
  symbol: fc.constantFrom(...TRIANGLE.map(({ symbol }) => symbol)),
  shiftBps: fc.integer({ min: -120, max: 120 }),
  /** Thousandths of what a cycle usually takes: thin books break cycles. */
  size: fc.constantFrom(0, 1, 20, 300, 5_000),
  ms: fc.integer({ min: 1, max: 60 }),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

function play(moves: readonly Move[]): KernelHarness {
  const run = new KernelHarness({ detection: { cooldownMs: 0 } });
  run.fairBooks();
  run.openEdge();
  for (const { symbol, shiftBps, size, ms } of moves) {
    run.clock.advanceTo(run.clock.nowUs() + ms * 1_000);
    const { tickSize } = run.instrument(symbol);
    const mid = new Decimal(MIDS[symbol] ?? 0).times(10_000 + shiftBps).div(10_000);
    const onTick = (factor: string) => mid.times(factor).div(tickSize).floor().times(tickSize).toString();
    const qty = new Decimal(size).div(symbol === 'BTC/USD' ? 40_000 : 2_000).toString();
    if (size === 0) run.book(symbol, [], []);
    else run.book(symbol, [[onTick('0.9998'), qty]], [[onTick('1.0003'), qty]]);
  }
  run.pass(12_000);
  // A sweep may just have begun.
  for (let tries = 0; tries < 100 && run.kernel.desk.sequencer.activeCount > 0; tries++) run.pass(100);
  return run;
}

/** What an execution says it left behind, by asset: lots too small to sell, and what could not be sold. */
function leftBehind({ dust, detail, outcome }: ExecutionRecord): [string, Decimal][] {
  const left = dust.map(({ asset, amount }): [string, Decimal] => [asset, new Decimal(amount)]);
  if (outcome !== 'stranded') return left;
  const stranded = detail.matchAll(/([\d.]+) (\w+) could not be unwound/g);
  return [
    ...left,
    ...[...stranded].map(([, amount = '', asset = '']): [string, Decimal] => [asset, new Decimal(amount)]),
  ];
}

describe('the records of executions', () => {
  it('account for every coin: what came home, what is residual, what is stranded', () => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 30 }), (moves) => {
        const run = play(moves);
        const executions = run.of('executionFinished').map(({ execution }) => execution);
        expect(executions).toHaveLength(run.of('executionStarted').length + run.of('sweepStarted').length);
        const expected = new Map([
          ['USD', new Decimal(10_000)],
          ['BTC', new Decimal(0)],
          ['ETH', new Decimal(0)],
        ]);
        const add = (asset: string, amount: Decimal) =>
          expected.set(asset, (expected.get(asset) ?? new Decimal(0)).plus(amount));
        for (const execution of executions) {
          outcomes.set(execution.outcome, (outcomes.get(execution.outcome) ?? 0) + 1);
          add('USD', new Decimal(execution.profit));
          for (const [asset, amount] of leftBehind(execution)) add(asset, amount);
        }
        for (const [asset, amount] of expected) expect(run.total(asset)).toBe(amount.toString());
      }),
      { numRuns: 400 },
    );
    for (const outcome of ['completed', 'missed', 'unwound', 'stranded']) {
      expect(outcomes.get(outcome), outcome).toBeGreaterThan(0);
    }
  });
});
