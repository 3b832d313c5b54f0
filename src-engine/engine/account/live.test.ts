/** Live trading rehearsed: the whole engine, and an account at a local exchange that it reaches by Kraken's protocols. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VenueArming } from '../../contract/live-records.ts';
import { claimAccount } from '../../assembly/claim-account.ts';
import { createEngine, type EngineOptions, type RunningEngine } from '../../assemble.ts';
import { connectEngine, type EngineClient } from '../../testing/patient-client.ts';
import type { SecretStore } from '../../secrets/keychain.ts';
import { writePaperRecord } from '../../testing/paper-record.ts';
import { DEMO_ACCOUNT } from '../../venues/local-exchange/core/accounts/accounts.ts';
import { type LocalExchange, startLocalExchange } from '../../venues/local-exchange/local-exchange.ts';
import { untilFits } from '../../testing/until.ts';

let dataDir: string;
let exchange: LocalExchange;
const running: RunningEngine[] = [];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-live-'));
  exchange = await startLocalExchange({ seed: 7, updatesPerSecond: 300, edgeSeconds: 0.5 });
});

afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
  await exchange.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const NO_SECRETS: SecretStore = {
  get: () => Promise.resolve(undefined),
  set: () => Promise.reject(new Error('not here')),
  delete: () => Promise.resolve(false),
};

async function start(more: Partial<EngineOptions> = {}): Promise<EngineClient> {
  const options = { dataDir, exchangeUrl: exchange.url, secrets: NO_SECRETS, seed: 7, note: () => undefined };
  running.push(await createEngine({ ...options, ...more }));
  return connectEngine(dataDir, 'test');
}

const NAME = { venue: 'simulated', title: 'Local exchange (simulated)' };

/** How its only account stands. */
async function arming(client: EngineClient): Promise<VenueArming> {
  const [only] = (await client.call('getArming', {})).venues;
  if (only === undefined) throw new Error('nothing is to be armed');
  return only;
}

const placed = (): number => exchange.log.entries.filter(({ kind }) => kind === 'placed').length;

async function ready(client: EngineClient): Promise<void> {
  await client.call('chooseProfile', { profile: 'rehearsal' });
  await client.call('applyLimitPreset', { preset: 'conservative' });
  await client.call('applyLimitPreset', { preset: 'standard' });
  await untilFits(
    () => client.call('getArming', {}),
    ({ venues }) => venues.length === 1 && venues.every(({ checklist }) => checklist.every(({ ok }) => ok)),
  );
}

describe('a live profile', () => {
  it('sends nothing while it is disarmed; its twin trades beside the account', async () => {
    const client = await start();
    const chosen = await client.call('chooseProfile', { profile: 'rehearsal' });
    expect(chosen).toMatchObject({ profile: 'rehearsal', mode: 'ghost', simulatedMarket: true });
    expect(chosen.arming).toMatchObject({ state: 'disarmed' });
    const { balances } = await client.call('getSnapshot', {});
    const held = Object.fromEntries(balances.map(({ asset, total }) => [asset, total]));
    expect(held).toMatchObject(DEMO_ACCOUNT.balances);
    await untilFits(
      () => client.call('getGhost', {}),
      ({ cycles }) => cycles > 0,
    );
    const refused = await untilFits(
      () => client.call('listOpportunities', { limit: 200 }),
      ({ opportunities }) => opportunities.some(({ decision }) => decision === 'not-armed'),
    );
    expect(refused.opportunities.some(({ decision }) => decision === 'taken')).toBe(false);
    expect(placed()).toBe(0);
    expect((await client.call('listOrders', {})).orders).toEqual([]);
  });

  it('is armed only by its venue’s name, and only when the whole checklist holds', async () => {
    const client = await start();
    await client.call('chooseProfile', { profile: 'rehearsal' });
    await expect(client.call('armLive', { ...NAME, title: 'local exchange' })).rejects.toThrow(
      /title: "local exchange" is not the name .* Type Local exchange \(simulated\)/,
    );
    await expect(client.call('armLive', { ...NAME, venue: 'kraken' })).rejects.toThrow(
      /venue: "kraken" is not a venue of this session. Use one of simulated/,
    );
    await expect(client.call('armLive', NAME)).rejects.toThrow(/paper-record: "\d+ of 20 cycles/);
    await expect(client.call('armFully', NAME)).rejects.toThrow(/has no canary/);
    // A call is answered before its entry is on the disk.
    const { entries } = await untilFits(
      () => client.call('listAudit', {}),
      (audit) => audit.entries.some(({ action }) => action === 'armFully'),
    );
    expect(entries.filter(({ action }) => action === 'armLive')).toHaveLength(3);
    expect(placed()).toBe(0);
  });

  it('trades as a canary at a hundredth of the risk, then in full, and one call brings it back', async () => {
    await writePaperRecord(dataDir, 20);
    const client = await start();
    await ready(client);
    // Another version is about to take this program's place.
    running[0]?.engine.hold.set(true);
    await expect(client.call('armLive', NAME)).rejects.toThrow(
      /another version of Parallax is being installed/,
    );
    running[0]?.engine.hold.set(false);
    const canary = await client.call('armLive', NAME);
    // The market goes on while the call is answered: some of the cycles may be complete by then.
    expect(canary.venues).toMatchObject([{ state: 'canary', canary: { neededCycles: 5 } }]);
    expect(canary.venues[0]?.canary?.completed).toBeLessThan(5);
    expect((await client.call('getStatus', {})).mode).toBe('live');
    await expect(client.call('armFully', NAME)).rejects.toThrow(/has not completed 5 cycles yet/);
    const grown = await untilFits(
      () => arming(client),
      ({ state, canary: out }) => state !== 'canary' || (out?.completed ?? 0) >= 5,
    );
    expect(grown.state).toBe('canary');
    const small = await client.call('listOrders', { limit: 1_000 });
    expect(small.orders.length).toBeGreaterThan(10);
    const { limits } = await client.call('getSnapshot', {});
    expect(Number(limits.maxOrderNotional)).toBe(5_000);
    const inUsd = small.orders.filter(({ symbol, state }) => symbol.endsWith('/USD') && state !== 'denied');
    expect(inUsd.length).toBeGreaterThan(2);
    for (const { price, qty } of inUsd) expect(Number(price) * Number(qty)).toBeLessThanOrEqual(50);

    expect((await client.call('armFully', NAME)).venues).toMatchObject([{ state: 'armed' }]);
    const before = placed();
    await untilFits(
      () => Promise.resolve(placed()),
      (count) => count > before,
    );
    const back = await client.call('disarm', {});
    expect(back.venues).toMatchObject([{ state: 'disarmed' }]);
    // What was under way is brought to its end; nothing new begins.
    await untilFits(
      () => client.call('getStatus', {}),
      ({ ordersInFlight }) => ordersInFlight === 0,
    );
    const { executions } = await client.call('listExecutions', { limit: 1_000 });
    const newest = Math.max(...executions.map(({ startedUs }) => startedUs));
    expect(newest).toBeLessThanOrEqual((await arming(client)).sinceUs);
    const { entries } = await client.call('listAudit', { limit: 1_000 });
    const outcomes = entries.filter(({ action }) => action === 'live trading').map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['disarmed', 'armed', 'canary']);
  });

  it('is disarmed by a kill and by a restart, which begins halted with its ledger', async () => {
    await writePaperRecord(dataDir, 20);
    const client = await start();
    await ready(client);
    await client.call('armLive', NAME);
    await untilFits(
      () => Promise.resolve(placed()),
      (count) => count > 0,
    );
    await client.call('kill', {});
    expect((await arming(client)).state).toBe('disarmed');
    await untilFits(
      () => client.call('getStatus', {}),
      ({ killVerifiedOpenOrders }) => killVerifiedOpenOrders === 0,
    );
    const count = placed();
    await client.call('rearm', { confirm: 'REARM' });
    expect((await arming(client)).state).toBe('disarmed');
    await running.pop()?.stop();

    const again = await start();
    const status = await untilFits(
      () => again.call('getStatus', {}),
      ({ profile, mode }) => profile === 'rehearsal' && mode !== null,
    );
    expect(status).toMatchObject({ mode: 'ghost', arming: { state: 'disarmed' }, paused: true });
    const standing = await untilFits(
      () => again.call('getAccountStanding', {}),
      ({ venues }) => venues.every(({ agreedUs }) => agreedUs !== null),
    );
    expect(standing.venues[0]?.differences).toEqual([]);
    expect(placed()).toBe(count);
  });
});

describe('the live profile itself', () => {
  /** Kraken's addresses lead to the local exchange; everything else is as in production. */
  const venueUrls = () => ({
    kraken: {
      rest: exchange.url,
      stream: `${exchange.wsUrl}/v2`,
      account: `${exchange.wsUrl}/v2/auth`,
    },
  });
  const keychainWith = (text: string | undefined): SecretStore => ({
    ...NO_SECRETS,
    get: (name) => Promise.resolve(name === 'kraken-api-key' ? text : undefined),
  });

  it('is refused without a key, and with invented capital', async () => {
    const client = await start({ venueUrls: venueUrls() });
    await expect(client.call('chooseProfile', { profile: 'live' })).rejects.toThrow(
      /API key: is not in the keychain/,
    );
    await expect(
      client.call('chooseProfile', { profile: 'live', capital: { USD: '1000000' } }),
    ).rejects.toThrow(/capital: .* cannot be chosen for a live account/);
    expect((await client.call('getStatus', {})).mode).toBeNull();
  });

  it('is refused a key that may withdraw', async () => {
    await exchange.stop();
    const thief = {
      ...DEMO_ACCOUNT,
      permissions: ['query-funds', 'query-open-trades', 'modify-trades', 'withdraw-funds'],
    };
    exchange = await startLocalExchange({ seed: 7, accounts: [thief] });
    const secrets = keychainWith(`${thief.key}\n${thief.secret}`);
    const client = await start({ venueUrls: venueUrls(), secrets, accountTiers: { kraken: 'pro' } });
    await expect(client.call('chooseProfile', { profile: 'live' })).rejects.toThrow(
      /API key: "withdraw-funds" may move money out of the account/,
    );
  });

  it('takes the account as the venue shows it, at the account’s own fees, and begins disarmed', async () => {
    const secrets = keychainWith(`${DEMO_ACCOUNT.key}\n${DEMO_ACCOUNT.secret}`);
    const client = await start({ venueUrls: venueUrls(), secrets, accountTiers: { kraken: 'pro' } });
    const status = await client.call('chooseProfile', { profile: 'live' });
    expect(status).toMatchObject({
      profile: 'live',
      mode: 'ghost',
      venueTitle: 'Kraken',
      simulatedMarket: false,
      arming: { state: 'disarmed' },
    });
    const { balances, homeAsset } = await client.call('getSnapshot', {});
    expect(homeAsset).toBe('USD');
    const held = Object.fromEntries(balances.map(({ asset, total }) => [asset, total]));
    expect(held).toMatchObject(DEMO_ACCOUNT.balances);
    await expect(client.call('armLive', { venue: 'kraken', title: 'Kraken' })).rejects.toThrow(
      /paper-record/,
    );
    expect(placed()).toBe(0);
  });

  it('claims its account while a session holds it, and gives it back after one that could not begin', async () => {
    let secret = 'not the secret that the venue gave';
    const get = (): Promise<string> => Promise.resolve(`${DEMO_ACCOUNT.key}\n${secret}`);
    const client = await start({
      venueUrls: venueUrls(),
      secrets: { ...NO_SECRETS, get },
      accountTiers: { kraken: 'pro' },
    });
    await expect(client.call('chooseProfile', { profile: 'live' })).rejects.toThrow(/Kraken/);
    secret = DEMO_ACCOUNT.secret;
    await client.call('chooseProfile', { profile: 'live' });
    const name = { adapter: 'kraken', title: 'Kraken', key: DEMO_ACCOUNT.key, restUrl: exchange.url };
    expect(() => claimAccount(name)).toThrow(/is traded already/);
    await running.pop()?.stop();
    claimAccount(name).release();
  });
});
