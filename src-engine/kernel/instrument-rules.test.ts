/** What the venue changes while a run goes on is what the next decision goes by. */
import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { Outbox } from '../domain/effect.ts';
import { createInstrument, type Instrument, type InstrumentSpec } from '../domain/instrument.ts';
import type { Fill } from '../domain/order.ts';
import { KernelHarness, TRIANGLE } from '../testing/kernel-harness.ts';
import { InstrumentRules } from './instrument-rules.ts';

const SPEC: InstrumentSpec = {
  symbol: 'BTC/USD',
  base: 'BTC',
  quote: 'USD',
  tickSize: '0.1',
  lotSize: '0.00000001',
  minQty: '0.0001',
  minNotional: '0.5',
  takerFee: '0.0001',
};

function rulesOf(spec: InstrumentSpec = SPEC) {
  const instrument: Instrument = createInstrument(spec, 0, 'kraken');
  const outbox = new Outbox();
  const changed: number[] = [];
  const rules = new InstrumentRules([instrument], outbox, (id) => changed.push(id));
  return { rules, instrument, changed, events: outbox.events };
}

const fill = (fee: string, more: Partial<Fill> = {}): Fill => ({
  fillId: 'F',
  orderId: 'O',
  price: '60000',
  qty: '0.1',
  fee,
  feeAsset: 'USD',
  atUs: 1_790_000_000_000_000,
  ...more,
});

const typesOf = (events: readonly EngineEvent[]): string[] => events.map(({ type }) => type);

describe('a fill', () => {
  it.each([
    // Planned: 0.6. A fee of two decimals may be a cent more by the venue's rounding.
    ['0.60', '0.0001'],
    ['0.61', '0.0001'],
    ['0.62', '0.000104'],
  ])('that cost %s is taken for rounded up to its last decimal: the fee is then %s', (fee, rate) => {
    const { rules, instrument } = rulesOf();
    rules.onFill(0, fill(fee));
    expect(instrument.takerFee?.toString()).toBe(rate);
  });

  it('of nothing says nothing of a fee', () => {
    const { rules, instrument, changed } = rulesOf();
    rules.onFill(0, fill('3', { qty: '0' }));
    expect([instrument.takerFee?.toString(), changed]).toEqual(['0.0001', []]);
  });

  it('that cost more than planned makes the fee what was charged, once, and says so', () => {
    const { rules, instrument, changed, events } = rulesOf();
    // Listed at 1 bp, charged 5.
    rules.onFill(0, fill('3'));
    rules.onFill(0, fill('3'));
    expect(instrument.takerFee?.toString()).toBe('0.0005');
    expect(instrument.feeBasis).toMatch(/^charged by a fill of 2026-/);
    expect(changed).toEqual([0]);
    expect(events).toMatchObject([
      { type: 'instrumentChanged', cause: 'fill', changes: ['takerFee 0.0001 → 0.0005'] },
    ]);
  });

  it.each([
    ['what was planned', fill('0.6')],
    ['less', fill('0.3')],
    ['nothing', fill('0')],
    ['the rounding of a coarse currency more', fill('1', { price: '6', qty: '100', feeAsset: 'USD' })],
    ['something in a third asset', fill('9', { feeAsset: 'KFEE' })],
  ])('that cost %s changes nothing', (_what, charged) => {
    const { rules, instrument, events } = rulesOf();
    rules.onFill(0, charged);
    rules.onFill(undefined, charged);
    rules.onFill(7, charged);
    expect(instrument.takerFee?.toString()).toBe('0.0001');
    expect(events).toEqual([]);
  });

  it('of a tiny amount is no dearer for a fee that is rounded up to its last place', () => {
    const { rules, instrument, events } = rulesOf();
    // 0.000000123 at a hundredth of a percent is 0.0000000000123, which no venue charges.
    rules.onFill(0, fill('0.0000000001', { price: '0.0000123', qty: '0.01' }));
    expect([instrument.takerFee?.toFixed(), events]).toEqual(['0.0001', []]);
    rules.onFill(0, fill('0.0000000009', { price: '0.0000123', qty: '0.01' }));
    expect(instrument.takerFee?.gt('0.0001')).toBe(true);
  });

  it('of an order that rested and cost more than a maker’s fee raises that one, and the taker’s where it is beyond that too', () => {
    const { rules, instrument } = rulesOf();
    const change = { makerFee: '0.00005' };
    rules.onInput({ kind: 'instrument-change', instrumentId: 0, change, cause: 'account', atUs: 2 });
    const fees = () => [instrument.makerFee?.toFixed(), instrument.takerFee?.toFixed()];
    rules.onFill(0, fill('0.48'), { postOnly: true });
    expect([fees(), instrument.feeBasis]).toEqual([['0.00008', '0.0001'], '']);
    // No list brings it below what was charged; the taker's fee of the same list counts.
    const listed = { makerFee: '0.00005', takerFee: '0.00009' };
    rules.onInput({ kind: 'instrument-change', instrumentId: 0, change: listed, cause: 'account', atUs: 3 });
    expect(fees()).toEqual(['0.00008', '0.00009']);
    const back = { makerFee: '0.00008', takerFee: '0.0001' };
    rules.onInput({ kind: 'instrument-change', instrumentId: 0, change: back, cause: 'account', atUs: 4 });
    rules.onFill(0, fill('0.48'));
    expect(fees()).toEqual(['0.00008', '0.0001']);
    rules.onFill(0, fill('3'), { postOnly: true });
    expect(fees()).toEqual(['0.0005', '0.0005']);
  });

  it('of no quantity says nothing of a rate', () => {
    const { rules, events } = rulesOf();
    rules.onFill(0, fill('1', { qty: '0' }));
    expect(events).toEqual([]);
  });

  it('in cents may be a cent more, however small the trade', () => {
    const { rules, events } = rulesOf();
    // Planned: 0.06.
    rules.onFill(0, fill('0.07', { qty: '0.01' }));
    expect(events).toEqual([]);
    rules.onFill(0, fill('0.08', { qty: '0.01' }));
    expect(events).toHaveLength(1);
  });

  it('in eight places may be one of the last more, of a tiny trade', () => {
    const { rules, events } = rulesOf();
    // Planned: 0.0000000123.
    rules.onFill(0, fill('0.00000002', { price: '0.0123', qty: '0.01' }));
    expect(events).toEqual([]);
  });

  it('of the highest rate that was charged is what no list goes below', () => {
    const { rules, instrument } = rulesOf();
    const read = (takerFee: string) =>
      rules.onInput({
        kind: 'instrument-change',
        instrumentId: 0,
        change: { takerFee },
        cause: 'account',
        atUs: 2,
      });
    rules.onFill(0, fill('3'));
    read('0.0008');
    rules.onFill(0, fill('6'));
    expect(instrument.takerFee?.toString()).toBe('0.001');
    read('0.0006');
    expect(instrument.takerFee?.toString()).toBe('0.001');
  });

  it('charged in base is compared with the quantity', () => {
    const { rules, instrument } = rulesOf();
    rules.onFill(0, fill('0.00005', { feeAsset: 'BTC' }));
    expect(instrument.takerFee?.toString()).toBe('0.0005');
  });

  it('is believed before a list that says less; a list that says more is taken', () => {
    const { rules, instrument } = rulesOf();
    const read = (takerFee: string) =>
      rules.onInput({
        kind: 'instrument-change',
        instrumentId: 0,
        change: { takerFee, feeBasis: 'account' },
        cause: 'account',
        atUs: 2,
      });
    rules.onFill(0, fill('3'));
    read('0.0001');
    expect(instrument.takerFee?.toString()).toBe('0.0005');
    read('0.002');
    expect([instrument.takerFee?.toString(), instrument.feeBasis]).toEqual(['0.002', 'account']);
  });
});

it('rules are taken in place, reported with before and after, and not reported again', () => {
  const { rules, instrument, events } = rulesOf();
  const input = {
    kind: 'instrument-change',
    instrumentId: 0,
    change: { tickSize: '1', minQty: '0.002', minNotional: '5', lotSize: '0.00000001' },
    cause: 'venue',
    atUs: 1,
  } as const;
  rules.onInput(input);
  rules.onInput(input);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    changes: ['tickSize 0.1 → 1', 'minQty 0.0001 → 0.002', 'minNotional 0.5 → 5'],
    spec: { tickSize: '1', minQty: '0.002' },
  });
  expect(instrument.minNotional.toString()).toBe('5');
});

it('a stop is reported once, keeps the instrument out whatever its status says, and is taken back', () => {
  const { rules, instrument, events } = rulesOf();
  const stop = (reason: string) =>
    rules.onInput({ kind: 'instrument-stopped', instrumentId: 0, reason, atUs: 1 });
  stop('refused');
  stop('refused');
  rules.onInput({ kind: 'instrument-status', instrumentId: 0, status: 'online', atUs: 2 });
  expect(instrument.stoppedFor).toBe('refused');
  stop('');
  expect(typesOf(events)).toEqual(['instrumentStopped', 'instrumentStopped']);
});

describe('in a kernel', () => {
  const change = (harness: KernelHarness, id: number, what: Record<string, string>) =>
    harness.runner.submit({
      kind: 'instrument-change',
      instrumentId: id,
      change: what,
      cause: 'venue',
      atUs: harness.clock.nowUs(),
    });

  it('a higher fee removes the edge at once, without a new book', () => {
    const harness = new KernelHarness({});
    harness.book('BTC/USD', [['60000', '1']], [['60000.1', '1']]);
    harness.book('ETH/BTC', [['0.05', '10']], [['0.05001', '10']]);
    harness.book('ETH/USD', [['3020', '10']], [['3020.01', '10']]);
    const { index } = harness.kernel.desk;
    const best = (): number => Math.max(...index.cycles.map(({ id }) => index.product(id)));
    expect(best()).toBeGreaterThan(1);
    change(harness, 0, { takerFee: '0.05' });
    expect(best()).toBeLessThan(1);
    change(harness, 0, { takerFee: '0.0005' });
    harness.runner.submit({ kind: 'instrument-stopped', instrumentId: 2, reason: 'x', atUs: 1 });
    expect(best()).toBe(0);
  });

  it('changes its own instruments and none of those that other runs begin with', () => {
    const harness = new KernelHarness({});
    const { config } = harness.kernel;
    change(harness, 0, { tickSize: '1' });
    expect(config.instruments[0]?.tickSize.toString()).toBe('1');
    expect(new KernelHarness({}).kernel.config.instruments[0]?.tickSize.toString()).toBe(
      TRIANGLE[0]?.tickSize,
    );
  });
});
