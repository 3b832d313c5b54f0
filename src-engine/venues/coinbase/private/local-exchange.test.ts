/** Coinbase's adapter over real sockets against the local exchange that speaks Coinbase's protocol: its ledger is the authority. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { BookStore } from '../../../books/book-store.ts';
import { decimal } from '../../../domain/decimal.ts';
import { createInstrument } from '../../../domain/instrument.ts';
import type { VenueOrderEvent } from '../../../domain/order.ts';
import { SystemClock } from '../../../lib/system-clock.ts';
import { until } from '../../../testing/until.ts';
import type { AccountOptions } from '../../local-exchange/core/accounts/accounts.ts';
import { type RunningExchange, startCoinbaseExchange } from '../../local-exchange/local-exchange.ts';
import { SystemNetwork } from '../../system-network.ts';
import { coinbaseAdapter as adapter } from '../adapter.ts';
import { SECRET } from './testing/scripted-account.ts';

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** As Coinbase gives out an Ed25519 key: seed and public key in base64. */
function ed25519(): string {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const tail = (der: Buffer): Buffer => der.subarray(-32);
  const seed = tail(privateKey.export({ format: 'der', type: 'pkcs8' }));
  return Buffer.concat([seed, tail(publicKey.export({ format: 'der', type: 'spki' }))]).toString('base64');
}

const account = (name: string, secret: string): AccountOptions => ({
  name,
  key: `organizations/test/apiKeys/${name}`,
  secret,
  balances: { USD: '100000', BTC: '10', ETH: '100' },
});
const TRADER = account('trader', SECRET);
const SIGNER = account('signer', ed25519());
const MAKER = account('maker', ed25519());
const SYMBOL = 'BTC-USD';
const clock = new SystemClock();
const network = new SystemNetwork();
const nonces = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };

async function exchangeOf(more: { readonly permissions?: readonly string[] } = {}): Promise<RunningExchange> {
  const accounts = [{ ...TRADER, ...more }, SIGNER, MAKER];
  const exchange = await startCoinbaseExchange({ accounts, updatesPerSecond: 0, fees: 'real' });
  cleanups.push(() => exchange.stop());
  return exchange;
}

function contextOf(exchange: RunningExchange) {
  return { clock, network, random: () => 0.5, urls: adapter.localUrls(exchange.url) };
}

function accountAt(exchange: RunningExchange, { key, secret }: { key: string; secret: string } = TRADER) {
  const access = adapter.account;
  if (access === undefined) throw new Error('Coinbase has accounts');
  return access.open({ ...contextOf(exchange), credential: { key, secret }, nonces });
}

async function connected(exchange: RunningExchange, credential?: { key: string; secret: string }) {
  const venue = accountAt(exchange, credential);
  cleanups.push(() => venue.stop());
  const events: VenueOrderEvent[] = [];
  venue.connect((event) => events.push(event));
  await until(() => expect(events.at(-1)).toMatchObject({ kind: 'link', state: 'up' }));
  let count = 0;
  const place = (qty: string, price: string, timeInForce: 'ioc' | 'gtc' = 'ioc', symbol = SYMBOL): string => {
    const orderId = (++count).toString(16).padStart(32, '0');
    const expireUs = clock.nowUs() + 5_000_000;
    const terms = { side: 'buy', price: decimal(price), qty: decimal(qty), timeInForce, expireUs } as const;
    venue.place({ orderId, instrumentId: 0, symbol, ...terms });
    return orderId;
  };
  const of = (kind: VenueOrderEvent['kind']) => events.filter((event) => event.kind === kind);
  return { venue, events, place, of };
}

/** An order of another client rests in the book. */
function offer(exchange: RunningExchange, price: string, qty: string, symbol = 'BTC/USD'): void {
  const maker = exchange.accounts.byKey(MAKER.key);
  if (maker === undefined) throw new Error('there is no maker');
  const note = { clientOrderId: 'maker', configuration: {} };
  const request = { side: 'sell', type: 'limit', price, qty, note };
  exchange.core.desk.place(maker, exchange.core.market(symbol), request);
}

const openAt = (exchange: RunningExchange): number =>
  exchange.accounts.byKey(TRADER.key)?.openOrders.size ?? -1;

describe.each([
  ['ECDSA', TRADER],
  ['Ed25519', SIGNER],
] as const)('an account with an %s key', (_kind, credential) => {
  it('passes its check, trades, and holds afterwards what the exchange’s ledger holds, fees in quote', async () => {
    const exchange = await exchangeOf();
    const { venue, events, place, of } = await connected(exchange, credential);
    const check = await venue.checkAccount([SYMBOL]);
    expect([...check.fees.takers].map(([symbol, fee]) => [symbol, fee.toFixed()])).toEqual([
      [SYMBOL, '0.012'],
    ]);
    offer(exchange, '60000', '0.4');
    offer(exchange, '60001.01', '0.4');
    const orderId = place('1', '60001.01');
    await until(() => expect([of('canceled').length, of('fill').length]).toEqual([1, 2]));
    expect(of('accepted')).toHaveLength(1);
    const fills = of('fill').flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
    expect(fills.map(({ price, qty, fee, feeAsset }) => [price, qty, fee, feeAsset])).toEqual([
      ['60000', '0.4', '288', 'USD'],
      ['60001.01', '0.4', '288.004848', 'USD'],
    ]);
    venue.reconcile(clock.nowUs() - 60_000_000, true);
    await until(() => expect(events.at(-1)?.kind).toBe('account'));
    const last = events.at(-1);
    if (last?.kind !== 'account') throw new Error('no account');
    expect(last.account.orders).toMatchObject([{ orderId, state: 'canceled', filledQty: '0.8' }]);
    expect(last.account.fills.map(({ fillId }) => fillId)).toEqual(fills.map(({ fillId }) => fillId));
    const ledger = exchange.accounts.byKey(credential.key)?.ledger;
    for (const { asset, total } of last.account.balances ?? [])
      expect([asset, total]).toEqual([asset, ledger?.balance(asset).toFixed()]);
    expect(last.account.balances).toHaveLength(3);
    expect(venue.limitsUsed()).toMatchObject([{ name: 'private requests', limit: 30 }]);
  });
});

describe('an account', () => {
  it('whose key may transfer, or may not trade, is refused', async () => {
    for (const [permissions, code] of [
      [['can_view', 'can_trade', 'can_transfer'], 'key-can-withdraw'],
      [['can_view'], 'key-lacks-permission'],
    ] as const) {
      const exchange = await exchangeOf({ permissions });
      await expect(accountAt(exchange).checkAccount([])).rejects.toMatchObject({ problem: { code } });
    }
    const stranger = { key: TRADER.key, secret: SIGNER.secret };
    await expect(accountAt(await exchangeOf(), stranger).checkAccount([])).rejects.toThrow(/401/);
  });

  it('is emptied of orders by a kill, those of other programs too, and by the watchdog’s own way', async () => {
    const exchange = await exchangeOf();
    const { venue, events, place } = await connected(exchange);
    for (const symbol of [SYMBOL, 'ETH-USD', 'ETH-BTC'])
      place('0.1', symbol === 'ETH-BTC' ? '0.01' : '1000', 'gtc', symbol);
    await until(() => expect(openAt(exchange)).toBe(3));
    const trader = exchange.accounts.byKey(TRADER.key);
    if (trader === undefined) throw new Error('there is no trader');
    const elsewhere = { side: 'buy', type: 'limit', price: '1000', qty: '0.1' } as const;
    const note = { clientOrderId: 'of another program', configuration: {} };
    exchange.core.desk.place(trader, exchange.core.market('ETH/USD'), { ...elsewhere, note });
    venue.cancelAll();
    await until(() => expect(events.at(-1)).toMatchObject({ kind: 'open-orders', count: 0 }));
    expect([openAt(exchange), events.filter(({ kind }) => kind === 'canceled').length]).toEqual([0, 3]);
    place('0.1', '1000', 'gtc');
    place('0.1', '1000', 'gtc', 'ETH-USD');
    await until(() => expect(openAt(exchange)).toBe(2));
    const rest = { nonces, restUrl: exchange.url, timeoutMs: 4_000 };
    const emergency = adapter.account?.emergencyCancel({ clock, network, credential: TRADER, ...rest });
    expect([
      await emergency?.countOpen(),
      await emergency?.cancelAll(),
      await emergency?.countOpen(),
    ]).toEqual([2, 2, 0]);
  });

  it('cancels one order, and hears why another cannot be', async () => {
    const exchange = await exchangeOf();
    const { venue, place, of } = await connected(exchange);
    const orderId = place('0.1', '1000', 'gtc');
    await until(() => expect(of('accepted')).toHaveLength(1));
    venue.cancel(orderId);
    await until(() => expect(of('canceled')).toMatchObject([{ orderId, filledQty: '0' }]));
    venue.cancel(orderId);
    await until(() =>
      expect(of('cancel-rejected')).toMatchObject([{ orderId, reason: 'UNKNOWN_CANCEL_ORDER' }]),
    );
  });

  it('whose answer was lost after the order was taken finds out what became of it, and trades on', async () => {
    const exchange = await exchangeOf();
    const { venue, events, place, of } = await connected(exchange);
    offer(exchange, '60000', '1');
    exchange.faults.silence(true);
    exchange.faults.failNextRest(502, true);
    const orderId = place('0.1', '60000');
    await until(() => expect(of('unknown')).toMatchObject([{ orderId }]));
    exchange.faults.dropConnections();
    exchange.faults.silence(false);
    await until(() => expect(of('link').at(-1)).toMatchObject({ state: 'down' }));
    await until(() => expect(of('link').at(-1)).toMatchObject({ state: 'up' }));
    venue.reconcile(clock.nowUs() - 60_000_000, true);
    await until(() =>
      expect(events.at(-1)).toMatchObject({
        kind: 'account',
        account: { orders: [{ orderId, state: 'filled' }], fills: [{ orderId }] },
      }),
    );
    expect(exchange.log.entries.filter(({ kind }) => kind === 'placed')).toHaveLength(2);
    place('0.1', '60000');
    await until(() => expect(of('fill')).toHaveLength(1));
  });

  it('reports each fill once when frames come twice or a list lags, and a refusal in the venue’s own words', async () => {
    const exchange = await exchangeOf();
    const { venue, events, place, of } = await connected(exchange);
    offer(exchange, '60000', '1');
    exchange.faults.delayHistory(300_000);
    const first = place('0.1', '60000');
    await until(() => expect(of('fill')).toHaveLength(1));
    exchange.faults.delayHistory(0);
    const tooMuch = place('9', '60000');
    await until(() =>
      expect(events.at(-1)).toMatchObject({
        kind: 'rejected',
        orderId: tooMuch,
        reason: expect.stringContaining('INSUFFICIENT_FUND'),
      }),
    );
    // A number that comes twice is no number after the last: the connection is made anew.
    exchange.faults.duplicateNextFrame();
    const second = place('0.1', '60000');
    await until(() =>
      expect(of('link')).toMatchObject([{ state: 'up' }, { state: 'down' }, { state: 'up' }]),
    );
    // As the engine does: what the distrusted connection still brought is not read.
    venue.reconcile(clock.nowUs() - 60_000_000, true);
    await until(() => expect(events.at(-1)?.kind).toBe('account'));
    const last = events.at(-1);
    const fills = last?.kind === 'account' ? last.account.fills.map(({ orderId }) => orderId) : [];
    expect(fills.toSorted()).toEqual([first, second].toSorted());
  });
});

it('its books are those of the exchange, through a missing update, a cut and the end of a connection', async () => {
  const exchange = await exchangeOf();
  offer(exchange, '60000', '1');
  offer(exchange, '2000', '3', 'ETH/USD');
  const { instruments } = await adapter.listInstruments(contextOf(exchange));
  expect(instruments).toHaveLength(exchange.core.markets.length);
  const chosen = instruments.filter(({ symbol }) => symbol === SYMBOL);
  const own = chosen.map((spec, id) => createInstrument(spec, id, 'coinbase'));
  const store = new BookStore(own, { depth: adapter.bookDepth, verifierOf: () => adapter.bookVerifier() });
  let opened = 0;
  const feed = adapter.openFeed(contextOf(exchange));
  cleanups.push(() => feed.stop());
  feed.start(own, {
    onBook: (update) => void store.apply(update),
    onTrade: () => undefined,
    onFeed: ({ state, venue, reason }) => {
      if (state === 'open') opened++;
      else store.desyncVenue(venue, reason);
    },
    onAlive: () => undefined,
    onRaw: () => undefined,
    onBookLost: (id, reason) => void store.sync(id).desync(reason),
    onInstrumentStatus: () => undefined,
  });
  const best = (): string => {
    const [instrument] = own;
    const { bestAsk, askQtys } = store.book(0);
    if (instrument === undefined || store.sync(0).state !== 'live') return 'not live';
    const { priceDecimals, qtyDecimals } = instrument;
    return `${bestAsk / 10 ** priceDecimals} ${(askQtys[0] as number) / 10 ** qtyDecimals}`;
  };
  await until(() => expect(best()).toBe('60000 1'));
  offer(exchange, '59999', '0.5');
  await until(() => expect(best()).toBe('59999 0.5'));
  exchange.faults.corruptNextChecksum('BTC/USD');
  offer(exchange, '59998', '0.25');
  offer(exchange, '59997', '0.125');
  await until(() => expect([opened, best()]).toEqual([2, '59997 0.125']));
  exchange.faults.dropConnections();
  offer(exchange, '59996', '0.1');
  await until(() => expect([opened, best()]).toEqual([3, '59996 0.1']));
  exchange.faults.endConnections();
  await until(() => expect([opened, best()]).toEqual([4, '59996 0.1']));
});
