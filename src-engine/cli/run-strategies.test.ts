/** The file of a backtest's strategies: what is wrong in it is named by its place there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadRunStrategies } from './run-strategies.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-run-strategies-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MOMENTUM = { name: 'momentum', markets: ['BTC/USD@made'], stake: '100' };
const load = (...list: readonly object[]) => loadRunStrategies(JSON.stringify(list), folder);

it('makes setups of what is given: on paper, with the usual bars, and the code of the house', async () => {
  const { strategies, stop } = await load(MOMENTUM, { ...MOMENTUM, mode: 'shadow', barSeconds: 5 });
  stop();
  expect(strategies.setups).toMatchObject([
    {
      strategy: 'momentum:made:BTC/USD',
      code: 'house',
      mode: 'paper',
      barSeconds: 60,
      stake: '100',
      markets: [{ venue: 'made', symbol: 'BTC/USD' }],
    },
    { mode: 'shadow', barSeconds: 5 },
  ]);
});

it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
  ['a name that is none', { name: 'nosuch' }, /^--strategies\.1\.name: "nosuch" is no strategy/],
  [
    'a market without a venue',
    { markets: ['BTC/USD'] },
    /^--strategies\.1\.markets: "BTC\/USD" names no venue\. Write BTC\/USD@VENUE/,
  ],
  [
    'two markets for one',
    { markets: ['BTC/USD@a', 'ETH/USD@a'] },
    /^--strategies\.1\.markets: "BTC\/USD@a ETH\/USD@a" are 2, and momentum looks at 1/,
  ],
  ['a stake of zero', { stake: '0' }, /^--strategies\.1\.stake: "0" is not above zero/],
  ['a stake beyond any', { stake: '1e999' }, /^--strategies\.1\.stake: /],
  ['a parameter that it has not', { parameters: { nosuch: 1 } }, /^--strategies\.1\.parameters\.nosuch: /],
  ['a mode of accounts', { mode: 'full' }, /^--strategies\.1\.mode: must be one of shadow, paper/],
])('refuses %s, by its place in the list', async (_what, change, words) => {
  await expect(load(MOMENTUM, { ...MOMENTUM, ...change })).rejects.toThrow(words);
});

it.each([
  ['', /^--strategies: is not JSON/],
  ['{}', /^--strategies: must be a list/],
  ['[]', /^--strategies: must have at least 1 item\./],
  ['['.repeat(20_000), /^--strategies: is not JSON/],
])('refuses a file of %j', async (text, words) => {
  await expect(loadRunStrategies(text, folder)).rejects.toThrow(words);
});
