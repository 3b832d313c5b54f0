/** What is wrong at one of two venues when a session begins keeps that venue from trading, and no other from anything. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineClient } from '../gateway/client.ts';
import { PatientClock } from '../testing/patient-clock.ts';
import { writePaperRecord } from '../testing/paper-record.ts';
import { choose, readyAt, TwoAccounts, WEST } from '../testing/two-accounts.ts';
import { until, untilFits } from '../testing/until.ts';
import type { AccountOptions } from '../venues/local-exchange/core/accounts/accounts.ts';
import { type LaunchWatchdog, launchWatchdog } from '../watchdog/watchdog-process.ts';

const OTHER: AccountOptions = { ...WEST, name: 'other', key: 'another-key-at-binance' };

let two: TwoAccounts;
beforeEach(async () => {
  two = await TwoAccounts.open([OTHER]);
});
afterEach(() => two.close());

const status = (client: EngineClient) => client.call('getStatus', {});
const feedOf = async (client: EngineClient, venue: string) =>
  (await status(client)).feeds.find((feed) => feed.venue === venue);

describe('a watchdog that cannot be started at one of two venues', () => {
  it('keeps that venue from trading, with the reason, and is tried again; the other trades', async () => {
    let fails = true;
    const launch: LaunchWatchdog = (ears) => {
      const child = launchWatchdog(ears);
      const write = (line: string): void => {
        if (fails && line.includes('"venue":"binance"')) child.kill();
        else child.write(line);
      };
      return { ...child, write, pid: child.pid };
    };
    await writePaperRecord(two.dataDir, 20, 'paper');
    const client = await two.start({ launchWatchdog: launch });
    const begun = await choose(client);
    expect(begun.feeds.map(({ venue, watchedFor }) => [venue, watchedFor])).toEqual([
      ['kraken', ''],
      ['binance', ''],
    ]);
    await client.call('applyLimitPreset', { preset: 'conservative' });
    await readyAt(client, 'kraken');
    await client.call('armLive', { venue: 'kraken', title: 'Kraken' });
    await until(() => two.east.trades.length >= 3);
    const why = /could not be started: it ended with SIGKILL/;
    expect(await feedOf(client, 'binance')).toMatchObject({
      haltedFor: expect.stringMatching(why) as string,
    });
    await expect(client.call('armLive', { venue: 'binance', title: 'Binance' })).rejects.toThrow();
    fails = false;
    await untilFits(
      () => client.call('getArming', {}),
      ({ venues }) => venues[1]?.checklist.find(({ id }) => id === 'dead-engine')?.ok === true,
    );
    await client.call('resumeTrading', { venue: 'binance' });
    await readyAt(client, 'binance');
  });

  it('nor does a report of an earlier watchdog that cannot be removed', async () => {
    mkdirSync(join(two.dataDir, 'watchdog-binance.json'));
    const client = await two.start();
    await choose(client);
    const { feeds } = await status(client);
    expect(feeds.map(({ venue, haltedFor }) => [venue, /the watchdog canceled/.test(haltedFor)])).toEqual([
      ['kraken', false],
      ['binance', true],
    ]);
  });
});

describe('an account of which one answer at the start cannot be used', () => {
  it.each([
    ['its clock', '/api/v3/time', '{"serverTime":"soon"}', /has no serverTime/],
    ['its fees', '/api/v3/account/commission', '[]', /the answer is not an object/],
    ['no fee of any pair', '/api/v3/account/commission', '{}', /reports no fee for any of the pairs/],
    ['its balances', '/api/v3/account?', '[]', /the answer is not an object/],
    ['the rights of its key', '/sapi/v1/account/apiRestrictions', '7', /the answer is not an object/],
    [
      'a key that may withdraw',
      '/sapi/v1/account/apiRestrictions',
      '{"enableReading":true,"enableSpotAndMarginTrading":true,"enableWithdrawals":true}',
      /may move money out of the account/,
    ],
  ])('(%s) is watched with the reason, and the other is traded', async (_what, path, body, reason) => {
    two.answering = (_method, url) => (url.startsWith(path) ? { status: 200, body } : undefined);
    const client = await two.start();
    const { feeds } = await choose(client);
    expect(feeds).toMatchObject([
      { venue: 'kraken', watchedFor: '' },
      { venue: 'binance', watchedFor: expect.stringMatching(reason) as string },
    ]);
    const { venues } = await client.call('getAccountStanding', {});
    expect(venues.map(({ venue }) => venue)).toEqual(['kraken']);
    await until(async () => expect((await feedOf(client, 'binance'))?.booksLive).toBeGreaterThan(20));
  });
});

describe('what is still wrong when it is tried again starts no new session', () => {
  /** Ends long waits until this was asked again. */
  async function untilAskedAgain(client: EngineClient, clock: PatientClock, asked: () => number) {
    const before = { startedUs: (await status(client)).startedUs, asked: asked() };
    await until(() => {
      clock.endLongWaits();
      return asked() > before.asked;
    });
    for (let i = 0; i < 3; i++) {
      clock.endLongWaits();
      await status(client);
    }
    return (await status(client)).startedUs === before.startedUs;
  }

  it('an account whose key is another one by now and whose fees are still not known', async () => {
    let asked = 0;
    two.answering = (_method, url) => {
      // Once a check.
      if (url.startsWith('/sapi/v1/account/apiRestrictions')) asked++;
      return url.startsWith('/api/v3/account/commission') ? { status: 200, body: '{}' } : undefined;
    };
    const clock = new PatientClock();
    const client = await two.start({ clock });
    await choose(client);
    const { startedUs } = await status(client);
    // The second question comes after whatever followed from the first.
    for (const { key, secret } of [OTHER, WEST]) {
      two.keys.set('binance-api-key', `${key}\n${secret}`);
      expect(await untilAskedAgain(client, clock, () => asked)).toBe(true);
    }
    expect((await status(client)).startedUs).toBe(startedUs);
  });

  it('a venue that gives its time and no list that can be read', async () => {
    let asked = 0;
    two.answering = (_method, url) => {
      if (!url.startsWith('/api/v3/exchangeInfo')) return undefined;
      asked++;
      return { status: 200, body: '{}' };
    };
    const clock = new PatientClock();
    const client = await two.start({ clock });
    const { unreachedVenues } = await choose(client);
    expect(unreachedVenues.map(({ adapter }) => adapter)).toEqual(['binance']);
    expect(await untilAskedAgain(client, clock, () => asked)).toBe(true);
  });

  it('a simulated venue that does not exist, for which no real one is ever asked', async () => {
    let asked = 0;
    two.answering = () => {
      asked++;
      return undefined;
    };
    const clock = new PatientClock();
    const rest = two.urls.binance.rest;
    const client = await two.start({ clock, venueUrls: { gate: { rest } } });
    const begun = await client.call('chooseProfile', { profile: 'demo', venues: ['kraken', 'gate'] });
    expect(begun.unreachedVenues).toMatchObject([{ adapter: 'gate' }]);
    for (let i = 0; i < 5; i++) {
      clock.endLongWaits();
      await status(client);
    }
    expect([asked, (await status(client)).startedUs]).toEqual([0, begun.startedUs]);
  });
});
