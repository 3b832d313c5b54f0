import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { SystemClock } from '../lib/system-clock.ts';
import { RequestPauses } from '../venues/toolkit/request-pause.ts';
import type { PerpetualBatch } from '../venues/toolkit/perpetual-feed.ts';
import { livePerpetuals } from './perpetual-feeds.ts';

const ROWS: Readonly<Record<string, string>> = {
  '/v5/market/instruments-info': `{"retCode":0,"result":{"list":[
    {"symbol":"BTCUSDT","contractType":"LinearPerpetual","status":"Trading","baseCoin":"BTC","quoteCoin":"USDT","settleCoin":"USDT","fundingInterval":480},
    {"symbol":"DOGEUSDT","contractType":"LinearPerpetual","status":"Trading","baseCoin":"DOGE","quoteCoin":"USDT","settleCoin":"USDT","fundingInterval":480}]}}`,
  '/v5/market/tickers': `{"retCode":0,"time":1779999999500,"result":{"list":[
    {"symbol":"BTCUSDT","markPrice":"61001.50","indexPrice":"61000","openInterest":"48069.549","fundingRate":"0.0001","nextFundingTime":"1780012800000"}]}}`,
};
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function served(
  answer: (path: string) => { readonly status: number; readonly body: string },
): Promise<string> {
  const server = createServer((request, response) => {
    const { status, body } = answer(new URL(request.url ?? '', 'http://x').pathname);
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '77' }).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('venues are read on a thread of its own; one that asks for a pause is paused for its spot market too, and the other goes on', async () => {
  const well = await served((path) => ({ status: path in ROWS ? 200 : 404, body: ROWS[path] ?? '{}' }));
  const busy = await served(() => ({ status: 429, body: '{}' }));
  const clock = new SystemClock();
  const pauses = new RequestPauses();
  const open = livePerpetuals({
    clock,
    pauses,
    venueUrls: { 'bybit-perp': { rest: well }, 'gate-perp': { rest: busy } },
    coins: ['BTC'],
  });
  const found = new Map<string, PerpetualBatch>();
  let feeds: { stop(): Promise<void> } | undefined;
  await new Promise<void>((resolve) => {
    feeds = open(
      ['bybit', 'gate'],
      (venue, batch) => {
        found.set(venue, batch);
        if (found.size === 2) resolve();
      },
      () => new Map(),
    );
  });
  await feeds?.stop();
  expect(found.get('bybit')).toMatchObject({
    fault: '',
    readings: [{ symbol: 'BTC/USDT', mark: '61001.5', rate: '0.0001' }],
    unread: [],
  });
  expect(found.get('gate')).toMatchObject({
    readings: [],
    fault: expect.stringContaining('asks for a pause'),
  });
  expect(pauses.of('gate').waitUs(clock.nowUs())).toBeGreaterThan(60_000_000);
  expect(pauses.of('bybit').waitUs(clock.nowUs())).toBe(0);
});

test('a thread asks nothing of a venue whose ban is in force as it begins, at the host of its spot market or at one of its own', async () => {
  let calls = 0;
  const banned = await served(() => {
    calls++;
    return { status: 200, body: '{}' };
  });
  const clock = new SystemClock();
  const pauses = new RequestPauses();
  const nowUs = clock.nowUs();
  for (const name of ['bybit', 'kucoin-perp'])
    pauses.of(name).begin(nowUs + 600_000_000, nowUs, { isBan: true });
  const open = livePerpetuals({
    clock,
    pauses,
    venueUrls: { 'bybit-perp': { rest: banned }, 'kucoin-perp': { rest: banned } },
    coins: ['BTC'],
  });
  const faults = new Map<string, string>();
  let feeds: { stop(): Promise<void> } | undefined;
  await new Promise<void>((resolve) => {
    feeds = open(
      ['bybit', 'kucoin'],
      (venue, { fault }) => {
        if (faults.set(venue, fault).size === 2) resolve();
      },
      () => new Map(),
    );
  });
  await feeds?.stop();
  for (const fault of faults.values()) expect(fault).toContain('banned this address');
  expect(calls).toBe(0);
});
