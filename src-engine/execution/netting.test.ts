import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../domain/decimal.ts';
import { evenOut, type Move } from './netting.ts';

const PRICE: Readonly<Record<string, number>> = { USD: 1, BTC: 50_000, ETH: 2_500 };
const valueOf = (asset: string, amount: Decimal): Decimal | undefined =>
  PRICE[asset] === undefined ? undefined : amount.times(PRICE[asset]);
const flowsOf = (flows: Readonly<Record<string, number | string>>): Map<string, Decimal> =>
  new Map(Object.entries(flows).map(([asset, amount]) => [asset, new Decimal(amount)]));
const plain = (moves: readonly Move[]) =>
  moves.map(
    ({ asset, amount, target, want }) =>
      `${amount.toString()} ${asset} → ${want?.toString() ?? 'all'} ${target}`,
  );

describe('legs that were sent at once', () => {
  it.each([
    ['all filled', { USD: 3, BTC: 0, ETH: 0 }, []],
    ['only the first', { USD: -1000, BTC: '0.02' }, ['0.02 BTC → all USD']],
    ['only the second', { BTC: '-0.02', ETH: '0.4' }, ['0.4 ETH → 0.02 BTC']],
    ['only the third', { ETH: '-0.4', USD: 1003 }, ['1000 USD → 0.4 ETH']],
    ['all but the first', { BTC: '-0.02', USD: 1003 }, ['1000 USD → 0.02 BTC']],
    ['all but the second', { USD: 3, BTC: '0.02', ETH: '-0.4' }, ['0.02 BTC → 0.4 ETH']],
    ['all but the third', { USD: -1000, ETH: '0.4' }, ['0.4 ETH → all USD']],
    [
      'a bit of the first, half of the third',
      { USD: 400, BTC: '0.002', ETH: '-0.2' },
      ['0.002 BTC → 0.04 ETH', '400 USD → 0.16 ETH'],
    ],
  ] as const)('%s', (_name, flows, expected) => {
    expect(plain(evenOut(flowsOf(flows), 'USD', valueOf))).toEqual(expected);
  });

  it('never spend more of an asset than came too much, nor ask for more than is missing', () => {
    const amount = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(amount, amount, amount, (usd, btc, eth) => {
        const flows = new Map([
          ['USD', new Decimal(usd).div(100)],
          ['BTC', new Decimal(btc).div(1e6)],
          ['ETH', new Decimal(eth).div(1e5)],
        ]);
        const moves = evenOut(flows, 'USD', valueOf);
        for (const [asset, flow] of flows) {
          const spent = moves.filter((move) => move.asset === asset);
          const asked = moves.filter((move) => move.target === asset && move.want !== undefined);
          const sum = (amounts: (Decimal | undefined)[]) =>
            amounts.reduce<Decimal>((total, one) => total.plus(one ?? 0), new Decimal(0));
          expect(sum(spent.map((move) => move.amount)).lte(Decimal.max(0, flow))).toBe(true);
          expect(sum(asked.map((move) => move.want)).lte(Decimal.max(0, flow.negated()))).toBe(true);
        }
      }),
    );
  });

  it('rounds parts of an amount down: they are never more than the whole', () => {
    const inThirds = (asset: string, amount: Decimal): Decimal => amount.times(asset === 'BTC' ? 3 : 1);
    expect(plain(evenOut(flowsOf({ BTC: 1, ETH: -1 }), 'USD', inThirds))).toEqual([
      '0.333333333333333333 BTC → 1 ETH',
      '0.666666666666666666 BTC → all USD',
    ]);
  });

  it('leave an asset alone that has no value here', () => {
    expect(evenOut(flowsOf({ VEN: 5, BTC: '0.02' }), 'USD', valueOf)).toHaveLength(1);
  });
});
