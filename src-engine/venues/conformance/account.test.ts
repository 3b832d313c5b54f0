/** What the private side of every adapter must do, whatever its protocol. One line of RIGS a venue. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../domain/decimal.ts';
import {
  binanceAccountRig,
  binanceKeyRig,
  binanceUsAccountRig,
  binanceUsKeyRig,
} from '../binance/private/testing/scripted-account.ts';
import { bybitAccountRig, bybitKeyRig } from '../bybit/private/testing/scripted-account.ts';
import { coinbaseAccountRig, coinbaseKeyRig } from '../coinbase/private/testing/scripted-account.ts';
import { krakenAccountRig, krakenKeyRig } from '../kraken/private/testing/scripted-account.ts';
import { kucoinAccountRig, kucoinKeyRig } from '../kucoin/private/testing/scripted-account.ts';
import { okxAccountRig, okxKeyRig } from '../okx/private/testing/scripted-account.ts';
import { ADAPTERS } from '../registry.ts';
import type { AccountRig, KeyRig } from './testing/account-rig.ts';

const RIGS: readonly (readonly [venue: string, open: () => AccountRig, key: KeyRig])[] = [
  ['kraken', krakenAccountRig, krakenKeyRig],
  ['binance', binanceAccountRig, binanceKeyRig],
  ['binance-us', binanceUsAccountRig, binanceUsKeyRig],
  ['okx', okxAccountRig, okxKeyRig],
  ['bybit', bybitAccountRig, bybitKeyRig],
  ['kucoin', kucoinAccountRig, kucoinKeyRig],
  ['coinbase', coinbaseAccountRig, coinbaseKeyRig],
];

/** On a chain no venue reports anything: what wallets do is tested in `uniswap/account` and `uniswap/wallet`, by chains that are scripted. */
const BY_WALLET = ['uniswap-v2', 'uniswap-v3'];

const idOf = (n: number): string => n.toString(16).padStart(6, '0').padEnd(32, 'a');
const ID = idOf(1);

function place(rig: AccountRig, orderId = ID, timeInForce: 'ioc' | 'gtc' = 'ioc'): void {
  const expireUs = rig.clock.nowUs() + 2_000_000;
  const terms = { side: 'buy', price: decimal('100'), qty: decimal('2'), timeInForce, expireUs } as const;
  rig.venue.place({ orderId, instrumentId: 0, symbol: rig.symbol, ...terms });
}

const fillOf = (number: number) => ({
  number,
  price: '99.50000001',
  qty: '0.50000000',
  fee: '0.00050000',
  feeAsset: 'BNB',
});
const kindsOf = ({ events }: AccountRig): string[] =>
  events.map(({ kind }) => kind).filter((kind) => kind !== 'link');

it('every venue that can be traded is tested here', () => {
  const traded = ADAPTERS.filter(({ account }) => account !== undefined).map(({ id }) => id);
  expect([...RIGS.map(([venue]) => venue), ...BY_WALLET]).toEqual(traded);
});

describe.each(RIGS)('%s', (_venue, open, key) => {
  it('says once that the private connection is up, and once that it is down', async () => {
    const rig = open();
    await rig.up();
    expect(rig.events).toMatchObject([{ kind: 'link', state: 'up' }]);
    rig.cut();
    rig.cut();
    expect(rig.events).toMatchObject([{ state: 'up' }, { kind: 'link', state: 'down' }]);
    await rig.venue.stop();
  });

  it('reports each thing that happens to an order once, in any order and however often it is said', async () => {
    type Step = 'ack' | 'opened' | 'fill 1' | 'fill 2' | 'canceled';
    const steps = fc.array(fc.constantFrom<Step>('ack', 'opened', 'fill 1', 'fill 2', 'canceled'), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (said) => {
        const rig = open();
        await rig.up();
        place(rig);
        for (const step of said) {
          if (step === 'ack') rig.ack(ID);
          else if (step === 'opened') rig.opened(ID);
          else if (step === 'canceled') rig.canceled(ID, '1.00000000');
          else rig.fill(ID, fillOf(Number(step.at(-1))));
          await rig.settle();
        }
        const kinds = kindsOf(rig);
        const expected = new Set<string>(
          said.map((step) => (step === 'ack' || step === 'opened' ? 'accepted' : step)),
        );
        if (said.length > 0) expected.add('accepted');
        expect(kinds).toHaveLength(expected.size);
        expect(kinds.indexOf('accepted')).toBe(said.length > 0 ? 0 : -1);
        expect(kinds.filter((kind) => kind === 'canceled')).toHaveLength(said.includes('canceled') ? 1 : 0);
        await rig.venue.stop();
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the venue’s amounts to the last digit, and the asset that a fee was charged in', async () => {
    const rig = open();
    await rig.up();
    place(rig);
    rig.fill(ID, fillOf(3));
    await rig.settle();
    const fill = rig.events.find(({ kind }) => kind === 'fill');
    if (fill?.kind !== 'fill') throw new Error('no fill');
    const { price, qty, fee, feeAsset, orderId } = fill.fill;
    expect([orderId, Number(qty), Number(fee), feeAsset]).toEqual([ID, 0.5, 0.0005, rig.feeAsset ?? 'BNB']);
    expect(decimal(price).toFixed()).toBe('99.50000001');
    await rig.venue.stop();
  });

  it('sends an order once, whatever asks for it again', async () => {
    const rig = open();
    await rig.up();
    place(rig);
    place(rig);
    rig.ack(ID);
    rig.canceled(ID, '0');
    place(rig);
    await rig.settle();
    expect(rig.placed()).toEqual([ID]);
    await rig.venue.stop();
  });

  it('takes only what is certain for a refusal: every other code leaves the order unknown', async () => {
    for (const [outcome, codes] of [
      ['rejected', open().codes.refused],
      ['unknown', open().codes.unknown],
    ] as const) {
      for (const code of codes) {
        const rig = open();
        await rig.up();
        place(rig);
        rig.refuse(ID, code);
        await rig.settle();
        expect([code, kindsOf(rig)]).toEqual([code, [outcome]]);
        await rig.venue.stop();
      }
    }
  });

  it('does not know what became of an order whose answer was cut off, and never sends it again', async () => {
    const rig = open();
    await rig.up();
    place(rig);
    rig.cut();
    await rig.settle();
    expect(kindsOf(rig)).toEqual(['unknown']);
    rig.clock.advanceTo(rig.clock.nowUs() + 10_000_000);
    await rig.settle();
    rig.fill(ID, fillOf(1));
    await rig.settle();
    expect(kindsOf(rig)).toEqual(['unknown', 'accepted', 'fill']);
    expect(rig.placed()).toEqual([ID]);
    await rig.venue.stop();
  });

  it('waits for an answer in bounded time', async () => {
    const rig = open();
    await rig.up();
    place(rig);
    for (let i = 0; i < 12; i++) {
      rig.clock.advanceTo(rig.clock.nowUs() + 1_000_000);
      await rig.settle();
    }
    expect(kindsOf(rig)).toEqual(['unknown']);
    await rig.venue.stop();
  });

  it('names an order of ours whose report cannot be read, and guesses nothing', async () => {
    const rig = open();
    await rig.up();
    place(rig);
    rig.ack(ID);
    await rig.settle();
    rig.unreadable(ID);
    expect(rig.events.at(-1)).toMatchObject({ kind: 'unread-rows', rows: [{ orderId: ID }] });
    expect(kindsOf(rig)).toEqual(['accepted', 'unread-rows']);
    await rig.venue.stop();
  });

  it('a kill leaves at once, and says that nothing is open only after the venue was asked', async () => {
    const rig = open();
    await rig.up();
    place(rig, ID, 'gtc');
    rig.ack(ID);
    await rig.settle();
    rig.open.push(ID);
    rig.venue.cancelAll();
    expect(rig.canceledAll().length).toBeGreaterThan(0);
    for (let i = 0; i < 4; i++) {
      rig.clock.advanceTo(rig.clock.nowUs() + 500_000);
      await rig.settle();
    }
    expect(rig.events.at(-1)).toMatchObject({ kind: 'open-orders', count: 1 });
    rig.open.length = 0;
    rig.venue.cancelAll();
    for (let i = 0; i < 4; i++) {
      rig.clock.advanceTo(rig.clock.nowUs() + 500_000);
      await rig.settle();
    }
    expect(rig.events.at(-1)).toMatchObject({ kind: 'open-orders', count: 0 });
    await rig.venue.stop();
  });

  it('refuses a key that may withdraw, one that may not trade, and takes one that is fit', async () => {
    await expect(key.check(key.withdraws)).rejects.toMatchObject({ problem: { code: 'key-can-withdraw' } });
    await expect(key.check(key.fit.slice(0, 1))).rejects.toMatchObject({
      problem: { code: 'key-lacks-permission' },
    });
    expect(await key.check(key.fit)).toMatchObject({ permissions: [...key.fit] });
  });
});
