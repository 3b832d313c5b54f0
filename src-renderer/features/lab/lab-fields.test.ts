import { describe, expect, it } from 'vitest';
import { operations } from '../../../src-engine/contract/operations.ts';
import { setSeparators } from '../../lib/decimal-text.ts';
import { bpsBound } from '../history/bps-bound.ts';
import { checkLabField, LAB_FIELDS, labField, parseRange, settingsOf } from './lab-fields.ts';
import { checkImport } from './import-fields.ts';
import { checkAccount } from './start-account.ts';
import { trimSpan } from './trim-span.ts';

const field = (name: string) => {
  const found = labField(name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe('what is typed for a backtest', () => {
  it('becomes settings that the contract takes; latencies are typed in ms and sent in µs', () => {
    const typed = {
      feeBps: '8',
      'latency.minUs': '2.5',
      'detection.minNetBps': '1.5',
      minNotional: '5',
      maxAgeMs: '',
      'hardship.rejectPct': '2',
    };
    const settings = settingsOf(typed, { capital: { USD: '1000' } });
    expect(settings).toEqual({
      feeBps: 8,
      minNotional: '5',
      capital: { USD: '1000' },
      latency: { minUs: 2_500, tailUs: 10_000 },
      detection: { minNetBps: 1.5 },
      hardship: { rejectPct: 2 },
    });
    expect(operations.startBacktest.input.safeParse({ recordings: ['a'], settings }).success).toBe(true);
  });

  it('that does not fit is said, and nothing is sent', () => {
    expect(checkLabField(field('feeBps'), '1e4')).toMatchObject({ ok: false });
    expect(checkLabField(field('feeBps'), '10000')).toMatchObject({ ok: false, error: 'At most 9999.' });
    expect(checkLabField(field('latency.minUs'), '99999999')).toMatchObject({ ok: false });
    expect(settingsOf({ feeBps: 'x' }, { capital: {} })).toBeNull();
    expect(settingsOf({}, { capital: { USD: '5' } })).toEqual({ capital: { USD: '5' } });
  });

  it('is read as the window writes figures, in lists and ranges too', () => {
    setSeparators({ group: '.', point: ',' });
    try {
      const typed = { feeBps: '2,5', minNotional: '10.000', 'latency.minUs': '1.000' };
      const checked = checkAccount({ asset: 'USD', amount: '25.000,50', balances: '' });
      if (!checked.ok) throw new Error(checked.error);
      expect(settingsOf(typed, checked.account)).toEqual({
        feeBps: 2.5,
        minNotional: '10000',
        capital: { USD: '25000.50' },
        latency: { minUs: 1_000_000, tailUs: 10_000 },
      });
      expect(trimSpan({ fromUs: 0, toUs: 2_000_000_000 }, '1.000', '2,5')).toMatchObject({
        fromUs: 1_000_000_000,
        toUs: 1_002_500_000,
      });
      expect(bpsBound('-2,5')).toEqual({ ok: true, bps: -2.5 });
      expect(parseRange(field('feeBps'), '1,125, 2')).toMatchObject({ range: { values: [1.125, 2] } });
      expect(parseRange(field('feeBps'), '1.125; 2')).toMatchObject({ range: { values: [1_125, 2] } });
      expect(parseRange(field('feeBps'), '0,5 .. 1.000 step 2,5')).toMatchObject({
        range: { from: 0.5, to: 1_000, step: 2.5 },
      });
      expect(
        checkAccount({ asset: 'USD', amount: '1', balances: 'kraken.USD=10.000, kraken.BTC=0,5' }),
      ).toMatchObject({ account: { balances: { kraken: { USD: '10000', BTC: '0.5' } } } });
      const file = { file: 'bars.csv', venue: 'kraken', symbol: 'BTC/USD' };
      expect(checkImport({ ...file, spreadBps: '1.000', depth: '10.000', tickSize: '0,01' })).toMatchObject({
        input: { spreadBps: 1_000, depth: '10000', tickSize: '0.01' },
      });
    } finally {
      setSeparators({ group: ',', point: '.' });
    }
  });

  it('has help for every field', () => {
    for (const { help } of LAB_FIELDS) expect(help).toMatch(/\.$/);
  });
});

describe('a part of a recording', () => {
  const recording = { fromUs: 1_000_000_000, toUs: 1_090_000_000 };

  it('is cut at the end of the recording, and named by what it is', () => {
    expect(trimSpan(recording, '30', '90')).toEqual({
      ok: true,
      fromUs: 1_030_000_000,
      toUs: 1_090_000_000,
      label: '30s-90s',
    });
    expect(trimSpan(recording, '', '10')).toMatchObject({ fromUs: 1_000_000_000, toUs: 1_010_000_000 });
  });

  it.each([
    ['-1', '5'],
    ['x', '5'],
    ['0', ''],
    ['0', '0'],
    ['90', '5'],
  ])('from "%s" for "%s" is none', (from, length) => {
    expect(trimSpan(recording, from, length).ok).toBe(false);
  });
});

describe('what a sweep varies', () => {
  it('is a list or a range, in the unit that is shown', () => {
    expect(parseRange(field('latency.minUs'), '1, 20')).toEqual({
      ok: true,
      range: { values: [1_000, 20_000] },
      count: 2,
    });
    expect(parseRange(field('detection.minNetBps'), '0.5 .. 5 step 0.5')).toEqual({
      ok: true,
      range: { from: 0.5, to: 5, step: 0.5 },
      count: 10,
    });
    expect(parseRange(field('detection.minNetBps'), '1 to 3 by 1')).toMatchObject({ count: 3 });
  });

  it.each(['', '1,,2', '1, 1', '5 .. 1 step 1', '1 .. 5 step 0', 'a', '1 .. 99999 step 1'])(
    '"%s" is refused with a reason',
    (text) => {
      const parsed = parseRange(field('detection.minNetBps'), text);
      expect(parsed.ok).toBe(false);
      expect(parsed.ok ? '' : parsed.error).toMatch(/\w+/);
    },
  );
});
