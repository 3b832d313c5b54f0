import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInstrument, type Instrument } from '../../domain/instrument.ts';
import { SymbolIndex } from './symbol-index.ts';

const RULES = { priceDecimals: 1, qtyDecimals: 8, takerFee: '0', tickSize: '0.1', lotSize: '0.00000001' };

function instrument(symbol: string, id: number): Instrument {
  const spec = { ...RULES, symbol, base: 'A', quote: 'B', minQty: '0', minNotional: '0' };
  return createInstrument(spec, id, 'test');
}

describe('SymbolIndex', () => {
  it('finds every symbol within a longer text, and none that only begins or ends like one', () => {
    const symbols = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(symbols, fc.array(fc.string({ maxLength: 13 })), (names, others) => {
        const index = new SymbolIndex(names.slice(0, 20).map(instrument));
        for (const [more, name] of names.slice(20).entries()) index.add(instrument(name, 20 + more));
        for (const [id, name] of names.entries()) {
          const bytes = Buffer.from(`"${name}"`);
          expect(index.findBytes(bytes, 1, bytes.length - 1)?.id).toBe(id);
          expect(index.find(`x${name}y`, 1, 1 + name.length)?.id).toBe(id);
        }
        for (const other of [...others, ...names.map((name) => `${name}x`)])
          expect(index.find(other)?.id).toBe(names.includes(other) ? names.indexOf(other) : undefined);
      }),
    );
  });

  it('holds as many as the largest venue lists, and answers nothing for a symbol that is not of the run', () => {
    const names = Array.from({ length: 3_000 }, (_, i) => `C${i}/USD`);
    const index = new SymbolIndex(names.map(instrument));
    expect(names.map((name) => index.find(name)?.id)).toEqual(names.map((_, id) => id));
    expect([index.find(''), index.find('C3000/USD'), new SymbolIndex().find('A')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keeps to the first of two instruments with one symbol', () => {
    expect(new SymbolIndex([instrument('A/B', 4), instrument('A/B', 5)]).find('A/B')?.id).toBe(4);
  });
});
