/** An engine with accounts at two venues, each a local exchange behind its own protocol, over real sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type EngineOptions, type RunningEngine } from '../assemble.ts';
import { connectEngine, type EngineClient } from './patient-client.ts';
import type { Account, AccountOptions } from '../venues/local-exchange/core/accounts/accounts.ts';
import {
  type RunningExchange,
  startBinanceExchange,
  startLocalExchange,
} from '../venues/local-exchange/local-exchange.ts';
import { untilFits } from './until.ts';

export const EAST: AccountOptions = {
  name: 'trader',
  key: 'key-of-a-trader-at-kraken',
  secret: Buffer.from('secret of a trader at kraken').toString('base64'),
  balances: { USD: '20000' },
};
export const WEST: AccountOptions = {
  name: 'trader',
  key: 'key-of-a-trader-at-binance',
  secret: 'secretofatrader'.repeat(4),
  balances: { USDT: '20000' },
};

/** What a question to Binance's REST is answered with instead; undefined: what the exchange says. */
export type Answering = (
  method: string,
  path: string,
) =>
  | {
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | undefined;

export class TwoAccounts {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'parallax-accounts-'));
  readonly keys = new Map([
    ['kraken-api-key', `${EAST.key}\n${EAST.secret}`],
    ['binance-api-key', `${WEST.key}\n${WEST.secret}`],
  ]);
  /** Set by a test. */
  answering: Answering = () => undefined;
  readonly kraken: RunningExchange;
  readonly binance: RunningExchange;
  readonly #proxy: Server;
  #engine: RunningEngine | undefined;

  private constructor(kraken: RunningExchange, binance: RunningExchange) {
    this.kraken = kraken;
    this.binance = binance;
    this.#proxy = createServer((request, response) => {
      const { method = 'GET', url = '/' } = request;
      const instead = this.answering(method, url);
      if (instead !== undefined)
        return void response.writeHead(instead.status, instead.headers).end(instead.body);
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' && name !== 'host' && name !== 'connection'
          ? [[name, value] as [string, string]]
          : [],
      );
      fetch(this.binance.url + url, { method, headers }).then(
        async (answer) => response.writeHead(answer.status).end(await answer.text()),
        () => response.destroy(),
      );
    });
  }

  /** @param west more accounts at Binance. */
  static async open(west: readonly AccountOptions[] = []): Promise<TwoAccounts> {
    const market = { updatesPerSecond: 200, edgeSeconds: 0.5 };
    const kraken = await startLocalExchange({ ...market, seed: 7, accounts: [EAST] });
    const binance = await startBinanceExchange({ ...market, seed: 8, accounts: [WEST, ...west] });
    const two = new TwoAccounts(kraken, binance);
    await new Promise<void>((resolve) => void two.#proxy.listen(0, '127.0.0.1', resolve));
    return two;
  }

  get east(): Account {
    return this.kraken.accounts.byKey(EAST.key) as Account;
  }

  get west(): Account {
    return this.binance.accounts.byKey(WEST.key) as Account;
  }

  /** Of both venues; Binance's REST goes by `answering`. */
  get urls() {
    const { kraken, binance } = this;
    const { port } = this.#proxy.address() as AddressInfo;
    return {
      kraken: { rest: kraken.url, stream: `${kraken.wsUrl}/v2`, account: `${kraken.wsUrl}/v2/auth` },
      binance: {
        rest: `http://127.0.0.1:${port}`,
        stream: binance.wsUrl,
        account: `${binance.wsUrl}/ws-api/v3`,
      },
    };
  }

  async start(more: Partial<EngineOptions> = {}): Promise<EngineClient> {
    const { dataDir, keys } = this;
    this.#engine = await createEngine({
      dataDir,
      seed: 7,
      note: () => undefined,
      accountTiers: { kraken: 'pro' },
      secrets: {
        get: (name) => Promise.resolve(keys.get(name)),
        set: () => Promise.reject(new Error('not here')),
        delete: () => Promise.resolve(false),
      },
      venueUrls: this.urls,
      ...more,
    });
    return connectEngine(dataDir, 'test');
  }

  async stopEngine(): Promise<void> {
    await this.#engine?.stop();
    this.#engine = undefined;
  }

  async close(): Promise<void> {
    await this.stopEngine();
    await this.kraken.stop();
    await this.binance.stop();
    this.#proxy.closeAllConnections();
    this.#proxy.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export const choose = (client: EngineClient) =>
  client.call('chooseProfile', { profile: 'live', venues: ['kraken', 'binance'] });

/** Until everything of a venue's checklist holds. */
export async function readyAt(client: EngineClient, venue: string) {
  const { venues } = await untilFits(
    () => client.call('getArming', {}),
    (arming) => arming.venues.find((one) => one.venue === venue)?.checklist.every(({ ok }) => ok) === true,
  );
  return venues;
}
