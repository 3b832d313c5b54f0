/** Run plans as they are kept: built-in ones with what earlier versions remembered, and a trader's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_PLANS, type PlanVenue } from '../contract/plan-records.ts';
import { openDatabase } from '../storage/database.ts';
import type { Database } from '../storage/database-types.ts';
import { Journal } from '../storage/journal.ts';
import { placeOfBare } from '../storage/queries/account.ts';
import { setSetting } from '../storage/settings.ts';
import { sampleOrder, sampleRun } from '../testing/sample-events.ts';
import { PlanBook } from './plan-book.ts';

let dataDir: string;
let database: Database;
let book: PlanBook;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-plans-'));
  database = await openDatabase({ dataDir });
  book = new PlanBook(database);
});
afterEach(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const at = (venue: string, market: PlanVenue['market'], execution: PlanVenue['execution']): PlanVenue => ({
  venue,
  market,
  execution,
});
const PAPER = [at('kraken', 'live', 'simulated'), at('binance', 'live', 'simulated')];
const LIVE = [at('kraken', 'live', 'account')];
const add = (name: string, venues: readonly PlanVenue[] = PAPER) => book.add({ name, venues, home: null });
const choose = (profile: string, venues?: readonly string[]) =>
  book.choose({ profile, capital: undefined, venues });

/** A run of the profile, and an order that may be open. */
async function trade(profile: string, venue?: string): Promise<void> {
  const journal = await Journal.open(database, { profile, runId: `${profile}-1` });
  const open = sampleOrder({ orderId: 'f'.repeat(32), venue: venue ?? '', state: 'accepted' });
  await journal.append([
    sampleRun(),
    ...(venue === undefined ? [] : [{ type: 'orderCreated', atUs: 1, order: open } as const]),
  ]);
  await journal.close();
}

describe('the built-in plans', () => {
  it('are the four modes and the demo of three exchanges, with the venues that an earlier version remembered', async () => {
    await setSetting(database, 'venues live', ['binance', 'kraken']);
    const plans = await book.list();
    expect(plans.map(({ profile, name, mode, isBuiltIn }) => [profile, name, mode, isBuiltIn])).toEqual(
      [
        ['demo', 'demo'],
        ['demo-3', 'demo'],
        ['paper', 'paper'],
        ['rehearsal', 'rehearsal'],
        ['live', 'live'],
      ].map(([profile, mode]) => [profile, profile, mode, true]),
    );
    expect(plans.map(({ venues }) => venues)).toEqual([
      [at('kraken', 'local', 'simulated')],
      ['kraken', 'binance', 'bybit'].map((venue) => at(venue, 'local', 'simulated')),
      [at('kraken', 'live', 'simulated')],
      [at('kraken', 'local', 'account')],
      [at('binance', 'live', 'account'), at('kraken', 'live', 'account')],
    ]);
  });

  it('remember the venues that they are chosen with, and where bare balances lay before', async () => {
    const { plan, adapters } = await choose('demo', ['kraken', 'binance']);
    expect([plan.venues.map(({ venue }) => venue), adapters.map(({ id }) => id)]).toEqual([
      ['kraken', 'binance'],
      ['kraken', 'binance'],
    ]);
    expect(await placeOfBare(database, 'demo')).toBe('simulated');
    expect((await choose('demo')).adapters).toHaveLength(2);
  });

  it('are neither renamed nor removed, and their names are taken', async () => {
    await expect(book.change('live', { name: 'mine' }, undefined)).rejects.toThrow(/"live" is built in/);
    await expect(book.remove('demo', undefined)).rejects.toThrow(/is built in/);
    await expect(add('Live')).rejects.toThrow(/"Live" is the name of a plan already/);
  });
});

describe('stored plans that do not fit', () => {
  const kept = { profile: 'plan-1', name: 'Mine', home: null, venues: PAPER };

  it.each<[string, unknown, RegExp]>([
    ['run plans', { plans: 7 }, /^setting run plans\.plans: "7" does not fit in .*\. .*backup/],
    [
      'run plans',
      { plans: [kept, { ...kept, name: '-x' }] },
      /^setting run plans\.plans\.1\.name: "-x" does not fit in .*1 to 40 letters.*\. .*backup/,
    ],
    [
      'run plans',
      { plans: [{ ...kept, venues: [] }] },
      /^setting run plans\.plans\.0\.venues: "\[\]" does not fit/,
    ],
    ['venues paper', ['kraken', 5], /^setting venues paper\.1: "5" does not fit in .*\. .*backup/],
  ])('are refused by setting, field, value and remedy: %s (%#)', async (key, stored, problem) => {
    await setSetting(database, key, stored);
    await expect(book.list()).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(problem),
    });
  });
});

describe('plans of the trader’s own', () => {
  it('are stored, copied, renamed and removed, each with a profile that it keeps', async () => {
    const first = await book.add({ name: 'Two venues', venues: PAPER, home: 'EUR' });
    expect(first).toMatchObject({ profile: 'plan-1', mode: 'paper', home: 'EUR', isBuiltIn: false });
    const second = await book.copy('plan-1', 'Another');
    expect(second).toMatchObject({ profile: 'plan-2', mode: 'paper', home: 'EUR', venues: PAPER });
    await book.change('plan-1', { name: 'East and west' }, 'plan-1');
    expect(await book.named('east AND west')).toMatchObject({ profile: 'plan-1', name: 'East and west' });
    expect(await book.named('plan-2')).toMatchObject({ name: 'Another' });
    expect((await book.remove('plan-2', undefined)).map(({ profile }) => profile)).not.toContain('plan-2');
    expect(await new PlanBook(database).find('plan-1')).toMatchObject({
      name: 'East and west',
      venues: PAPER,
    });
    await expect(book.find('plan-2')).rejects.toThrow(
      /"plan-2" is not a plan. Use one of demo, .*East and west/,
    );
  });

  it.each<[string, readonly PlanVenue[], RegExp]>([
    ['an unknown venue', [at('mtgox', 'live', 'simulated')], /"mtgox" is not a known venue/],
    ['one venue twice', [PAPER[0] as PlanVenue, PAPER[0] as PlanVenue], /names kraken twice/],
    ['no venue', [], /names no venue/],
    [
      'an account beside simulated orders',
      [at('kraken', 'live', 'account'), at('binance', 'live', 'simulated')],
      /kraken at its live market with an account, and binance at its live market with simulated orders" are not of one kind/,
    ],
    [
      'a local exchange beside a live market',
      [at('kraken', 'live', 'account'), at('binance', 'local', 'account')],
      /are not of one kind/,
    ],
    [
      'an account where none can be traded',
      [at('gate', 'live', 'account')],
      /can be watched, and not traded/,
    ],
    ['a real account through ccxt', [at('ccxt:okx', 'live', 'account')], /in a rehearsal alone.*as okx/s],
    [
      'an account through a class of ccxt that was tried nowhere',
      [at('ccxt:bitget', 'local', 'account')],
      /can be watched, and not traded/,
    ],
    ['a real account on a chain', [at('uniswap-v3', 'live', 'account')], /is traded on a local chain alone/],
    [
      'simulated orders on a local chain',
      [at('uniswap-v3', 'local', 'simulated')],
      /is rehearsed on a local chain, with an account/,
    ],
    ['a local exchange that does not exist', [at('gate', 'local', 'simulated')], /has no local exchange/],
  ])('are refused with %s', async (_what, venues, why) => {
    await expect(add('wrong', venues)).rejects.toThrow(why);
    expect(await book.list()).toHaveLength(5);
  });

  it.each(['', ' x', 'x ', '-x', '../x', 'a'.repeat(41), 'naïve', 'a\nb'])(
    'are refused with the name “%s”',
    async (name) => {
      await expect(add(name)).rejects.toThrow();
    },
  );

  it('are refused with a name that is taken, in whatever case, and beyond as many as are kept', async () => {
    await add('East');
    await expect(add('EAST')).rejects.toThrow(/is the name of a plan already \(plan-1\)/);
    await expect(add('plan-1')).rejects.toThrow(/already/);
    const { profile } = await add('West');
    await expect(book.change(profile, { name: 'east' }, undefined)).rejects.toThrow(/already/);
    expect(await book.change(profile, { name: 'WEST' }, undefined)).toMatchObject({ name: 'WEST' });
    for (let k = 2; k < MAX_PLANS; k++) await add(`plan of mine ${k}`);
    await expect(add('one more')).rejects.toThrow(/more than 50 plans/);
  });

  it('with a history, or chosen now, are not removed; a profile with a history is given to no other plan', async () => {
    await add('used');
    await expect(book.remove('plan-1', 'plan-1')).rejects.toThrow(/is the plan that is chosen/);
    await trade('plan-1');
    await expect(book.remove('plan-1', undefined)).rejects.toThrow(/has traded, and its history is kept/);
    await trade('plan-2');
    expect((await add('new')).profile).toBe('plan-3');
  });

  it('with an order that may be open are not removed, and keep its venue', async () => {
    await add('account', [...LIVE, at('binance', 'live', 'account')]);
    await trade('plan-1', 'binance');
    await expect(book.remove('plan-1', undefined)).rejects.toThrow(
      /has order f+ at binance, which may be open/,
    );
    await expect(choose('plan-1', ['kraken'])).rejects.toThrow(/leaves out binance, where order/);
    await expect(book.change('plan-1', { venues: LIVE }, undefined)).rejects.toThrow(/leaves out binance/);
  });

  it('never change between simulated and real', async () => {
    await add('paper of mine');
    await expect(book.change('plan-1', { venues: LIVE }, undefined)).rejects.toThrow(
      /is a plan of the kind paper, and would be one of the kind live/,
    );
    const { plan } = await choose('plan-1', ['binance']);
    expect(plan).toMatchObject({ mode: 'paper', venues: [at('binance', 'live', 'simulated')] });
  });

  it('of a venue that is not known any longer spoil no other plan', async () => {
    const gone = { profile: 'plan-1', name: 'gone', home: null, venues: [at('mtgox', 'live', 'account')] };
    await setSetting(database, 'run plans', { plans: [gone] });
    expect(await book.list()).toHaveLength(6);
    expect((await choose('demo')).plan.mode).toBe('demo');
    await expect(choose('plan-1')).rejects.toThrow(/"mtgox" is not a known venue/);
  });
});
