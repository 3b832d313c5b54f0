/** The account's fees are read again daily, and at once after a fill that cost more. */
import { expect, it } from 'vitest';
import { Decimal } from '../../domain/decimal.ts';
import type { EngineEvent } from '../../domain/event.ts';
import type { InstrumentChange } from '../../domain/instrument.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { FeeWatch } from './fee-watch.ts';

const DAY_US = 86_400_000_000;
const MINUTE_US = 60_000_000;

function watch(
  readTakers: () => Promise<ReadonlyMap<string, Decimal>>,
  makers = new Map<string, Decimal>(),
  makerFeeOfA?: Decimal,
) {
  const clock = new SimulatedClock(0);
  const applied: [number, InstrumentChange][] = [];
  const notes: string[] = [];
  let reads = 0;
  const fees = new FeeWatch({
    clock,
    instruments: [
      { id: 0, symbol: 'A/USD', makerFee: makerFeeOfA },
      { id: 1, symbol: 'B/USD', makerFee: undefined },
    ],
    read: async () => {
      reads++;
      return { takers: await readTakers(), makers };
    },
    apply: (id, change) => applied.push([id, change]),
    note: (text) => notes.push(text),
  });
  fees.start();
  const until = async (atUs: number): Promise<void> => {
    clock.advanceTo(atUs);
    for (let k = 0; k < 10; k++) await Promise.resolve();
  };
  return { fees, until, applied, notes, reads: () => reads };
}

const raised: EngineEvent = {
  type: 'instrumentChanged',
  atUs: 0,
  venue: 'kraken',
  symbol: 'A/USD',
  cause: 'fill',
  changes: [],
  spec: {} as never,
};

it('reads once a day, and applies what the account says and nothing else', async () => {
  const { until, applied, reads } = watch(async () => new Map([['B/USD', new Decimal('0.0025')]]));
  await until(DAY_US - 1);
  expect(reads()).toBe(0);
  await until(DAY_US);
  await until(2 * DAY_US);
  expect(reads()).toBe(2);
  expect(applied[0]).toEqual([1, { takerFee: '0.0025', feeBasis: 'account, makers as takers' }]);
  expect(applied).toHaveLength(2);
});

it('takes the fee of makers as well where the account says it', async () => {
  const makers = new Map([['B/USD', new Decimal('0.0010')]]);
  const { until, applied } = watch(async () => new Map([['B/USD', new Decimal('0.0025')]]), makers);
  await until(DAY_US);
  expect(applied).toEqual([[1, { takerFee: '0.0025', makerFee: '0.001', feeBasis: 'account' }]]);
});

it('does not say that makers pay as takers do where an earlier fee of makers stays in force', async () => {
  const { until, applied } = watch(
    async () =>
      new Map([
        ['A/USD', new Decimal('0.0025')],
        ['B/USD', new Decimal('0.0025')],
      ]),
    new Map(),
    new Decimal('0.001'),
  );
  await until(DAY_US);
  expect(applied).toEqual([
    [0, { takerFee: '0.0025', feeBasis: 'account, makers as before' }],
    [1, { takerFee: '0.0025', feeBasis: 'account, makers as takers' }],
  ]);
});

it('reads after a fill that cost more, once a minute at most', async () => {
  const { fees, until, reads } = watch(async () => new Map());
  await until(2 * MINUTE_US);
  fees.onFacts([{ ...raised, cause: 'account' }]);
  await until(3 * MINUTE_US);
  expect(reads()).toBe(0);
  fees.onFacts([raised]);
  await until(3 * MINUTE_US + 1);
  expect(reads()).toBe(1);
  for (let k = 0; k < 22; k++) fees.onFacts([raised]);
  await until(5 * MINUTE_US);
  expect(reads()).toBe(2);
});

it('reads at once after the first such fill of a session, however young that is', async () => {
  const { fees, until, reads } = watch(async () => new Map());
  fees.onFacts([raised]);
  await until(1);
  expect(reads()).toBe(1);
});

it('a read that fails is said and repeated a minute later; a stopped watch reads nothing', async () => {
  const { fees, until, notes, reads } = watch(() => Promise.reject(new Error('EService:Busy')));
  await until(DAY_US);
  await until(DAY_US + MINUTE_US);
  expect(reads()).toBe(2);
  expect(notes[0]).toMatch(/could not be read again: EService:Busy/);
  fees.stop();
  fees.onFacts([raised]);
  await until(3 * DAY_US);
  expect(reads()).toBe(2);
});
