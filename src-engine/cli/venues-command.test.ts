import { expect, it } from 'vitest';
import { ADAPTERS, CHECKED_VENUES } from '../venues/registry.ts';
import { CCXT_ANY } from '../venues/ccxt/adapter.ts';
import { parallaxHere } from './testing/in-process.ts';

type Row = {
  readonly id: string;
  readonly isTraded: boolean;
  readonly isWatched: boolean;
  readonly deadMan: unknown;
};

it('lists every venue that any command takes, and says of none that it can more than its adapter does', async () => {
  const { code, stdout } = await parallaxHere('venues', '--json');
  const { venues } = JSON.parse(stdout) as { readonly venues: readonly Row[] };
  expect(code).toBe(0);
  expect(venues.map(({ id }) => id)).toEqual([...CHECKED_VENUES, CCXT_ANY]);
  for (const { id, isTraded, isWatched, deadMan } of venues.slice(0, -1)) {
    const adapter = ADAPTERS.find((one) => one.id === id);
    expect([isWatched, isTraded]).toEqual([adapter !== undefined, adapter?.account !== undefined]);
    if (!isTraded) expect(deadMan).toBeNull();
  }
  const { stdout: text } = await parallaxHere('venues');
  expect(text).toMatch(/^kraken +Kraken +books of 25 levels, checksums; orders; dead-man switch up to 60 s/m);
  expect(text).toMatch(
    /^coinbase +Coinbase +books of 400 levels, numbers of each connection; orders; rehearsed on the local exchange$/m,
  );
  expect(text).toMatch(/^bitget .*; no orders yet$/m);
  expect(text).toMatch(
    /^ccxt:ID +of ccxt +books of 20 levels, no real orders; through ccxt: nothing shows a missed message; /m,
  );
  expect(text.trimEnd().split('\n')).toHaveLength(CHECKED_VENUES.length + 1);
});
