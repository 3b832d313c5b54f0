import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operations } from '../../../src-engine/contract/operations.ts';
import { checkImport, IMPORT_FIELDS, importProblem, importWords, MORE_FIELDS } from './import-fields.ts';

const NEEDED = { file: 'bars.csv', symbol: 'BTC/USD', venue: 'kraken' };

describe('the form of an import', () => {
  it('has a field for every option that a message of an import names, and for all that the operation takes', () => {
    const folder = join(import.meta.dirname, '../../../src-engine/backtest/import');
    const named = new Set<string>();
    for (const name of readdirSync(folder).filter((each) => !each.endsWith('.test.ts'))) {
      for (const [option] of readFileSync(join(folder, name), 'utf8').matchAll(/--[a-z][a-z-]*/g))
        named.add(option);
    }
    expect(named.size).toBeGreaterThan(10);
    expect([...named].filter((option) => importWords(option) === option)).toEqual([]);
    const taken = Object.keys(operations.startImport.input.shape).filter((name) => name !== 'file');
    expect(new Set([...IMPORT_FIELDS, ...MORE_FIELDS].map(({ name }) => name))).toEqual(new Set(taken));
  });

  it('shows messages in its own labels', () => {
    expect(importWords('--depth: is needed: bars have no book. Write for example --depth 0.5.')).toBe(
      '“Size of a level”: is needed: bars have no book. Write for example “Size of a level” 0.5.',
    );
    const problem = {
      code: 'bad-option',
      field: 'zone',
      value: 'x',
      message: 'is none',
      remedy: 'See --zone -05:00.',
    };
    expect(importProblem(problem)).toEqual({ ...problem, field: 'Zone', remedy: 'See “Zone” -05:00.' });
  });

  it('sends what was typed as the operation takes it, and nothing that was left empty', () => {
    const typed = {
      ...NEEDED,
      layout: '',
      depth: '0.5',
      spreadBps: '2',
      barSeconds: '60',
      skipBad: 'true',
      only: 'symbol=BTC USD, a=b',
    };
    expect(checkImport(typed)).toEqual({
      ok: true,
      input: {
        ...NEEDED,
        depth: '0.5',
        spreadBps: 2,
        barSeconds: 60,
        skipBad: true,
        only: { symbol: 'BTC USD', a: 'b' },
      },
    });
  });

  it.each([
    [{ file: '' }, 'file'],
    [{ symbol: 'X' }, 'symbol'],
    [{ venue: 'Kraken Inc' }, 'venue'],
    [{ depth: '0' }, 'depth'],
    [{ depth: '1e3' }, 'depth'],
    [{ spreadBps: 'two' }, 'spreadBps'],
    [{ spreadBps: '9999' }, 'spreadBps'],
    [{ barSeconds: '1.5' }, 'barSeconds'],
    [{ only: 'BTCUSDT' }, 'only'],
    [{ out: '../a.jsonl' }, 'out'],
  ])('says at its field that %j does not fit', (change, field) => {
    const checked = checkImport({ ...NEEDED, ...change });
    expect(checked.ok ? [] : Object.keys(checked.errors)).toEqual([field]);
  });
});
