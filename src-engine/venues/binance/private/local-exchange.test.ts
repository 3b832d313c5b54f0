/** Binance's adapter over real sockets against the local exchange that speaks Binance's protocol: its ledger is the authority. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { BookStore } from '../../../books/book-store.ts';
import { Decimal, decimal } from '../../../domain/decimal.ts';
import { createInstrument } from '../../../domain/instrument.ts';
import type { VenueOrderEvent } from '../../../domain/order.ts';
import { SystemClock } from '../../../lib/system-clock.ts';
import { until } from '../../../testing/until.ts';
import type { AccountOptions } from '../../local-exchange/core/accounts/accounts.ts';
import { type RunningExchange, startBinanceExchange } from '../../local-exchange/local-exchange.ts';
import { SystemNetwork } from '../../system-network.ts';
import { binanceAdapter } from '../adapter.ts';
import { BINANCE } from '../dialect.ts';

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const KEYS = generateKeyPairSync('ed25519');
const PEM = { format: 'pem' } as const;
const account = (name: string): AccountOptions => ({
  name,
  key: `${name}-key-of-a-test`,
  secret: `secretof${name}`.repeat(4),
  balances: { USDT: '100000', BTC: '10', ETH: '100', BNB: '10' },
});
const TRADER = account('trader');
const MAKER = account('maker');
const SIGNER: AccountOptions = {
  ...account('signer'),
  publicKey: String(KEYS.publicKey.export({ ...PEM, type: 'spki' })),
};
const SIGNER_SECRET = String(KEYS.privateKey.export({ ...PEM, type: 'pkcs8' }));
const SYMBOL = 'BTCUSDT';
const adapter = binanceAdapter(BINANCE);
const clock = new SystemClock();
const network = new SystemNetwork();

async function exchangeOf(more: { readonly permissions?: readonly string[] } = {}): Promise<RunningExchange> {
  const accounts = [{ ...TRADER, ...more }, MAKER, SIGNER];
  const exchange = await startBinanceExchange({ accounts, updatesPerSecond: 0, fees: 'real' });
  cleanups.push(() => exchange.stop());
  return exchange;
}

function contextOf(exchange: RunningExchange) {
  return { clock, network, random: () => 0.5, urls: adapter.localUrls(exchange.url) };
}

function accountAt(exchange: RunningExchange, { key, secret }: { key: string; secret: string } = TRADER) {
  const access = adapter.account;
  if (access === undefined) throw new Error('Binance has accounts');
  const nonces = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };
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
function offer(
  exchange: RunningExchange,
  price: string,
  qty: string,
  symbol = 'BTC/USDT',
  side: 'buy' | 'sell' = 'sell',
): void {
  const maker = exchange.accounts.byKey(MAKER.key);
  if (maker === undefined) throw new Error('there is no maker');
  exchange.core.desk.place(maker, exchange.core.market(symbol), { side, type: 'limit', price, qty });
}

const openAt = (exchange: RunningExchange): number =>
  exchange.accounts.byKey(TRADER.key)?.openOrders.size ?? -1;

describe.each([
  ['HMAC', TRADER],
  ['Ed25519', { key: SIGNER.key, secret: SIGNER_SECRET }],
] as const)('an account with an %s key', (_kind, credential) => {
  it('passes its check, trades, and holds afterwards what the exchange’s ledger holds, fees in what was received', async () => {
    const exchange = await exchangeOf();
    const { venue, events, place, of } = await connected(exchange, credential);
    const check = await venue.checkAccount([SYMBOL, 'NOSUCH']);
    expect([...check.fees.takers].map(([symbol, fee]) => [symbol, fee.toFixed()])).toEqual([
      [SYMBOL, '0.001'],
    ]);
    offer(exchange, '60000', '0.4');
    offer(exchange, '60001', '0.4');
    const orderId = place('1', '60001');
    await until(() => expect(events.at(-1)?.kind).toBe('canceled'));
    expect(of('accepted')).toHaveLength(1);
    const fills = of('fill').flatMap((event) => (event.kind === 'fill' ? [event.fill] : []));
    expect(
      fills.map(({ price, qty, fee, feeAsset }) => [Number(price), Number(qty), Number(fee), feeAsset]),
    ).toEqual([
      [60_000, 0.4, 0.0004, 'BTC'],
      [60_001, 0.4, 0.0004, 'BTC'],
    ]);
    venue.reconcile(clock.nowUs() - 60_000_000, true);
    await until(() => expect(events.at(-1)?.kind).toBe('account'));
    const last = events.at(-1);
    if (last?.kind !== 'account') throw new Error('no account');
    expect(last.account.orders).toMatchObject([{ orderId, state: 'canceled', filledQty: '0.80000000' }]);
    expect(last.account.fills.map(({ fillId }) => fillId)).toEqual(fills.map(({ fillId }) => fillId));
    const ledger = exchange.accounts.byKey(credential.key)?.ledger;
    for (const { asset, total } of last.account.balances ?? [])
      expect([asset, total]).toEqual([asset, ledger?.balance(asset).toFixed()]);
    expect(venue.balances.get('BTC')).toBe(ledger?.balance('BTC').toFixed());
    expect(venue.clockSkew?.skewUs).toBeTypeOf('number');
    expect(venue.limitsUsed().map(({ name }) => name)).toContain('unfilled orders');
  });
});

describe('an account', () => {
  it('that pays its fees in BNB is charged the discounted fee there, which its own list says', async () => {
    const exchange = await exchangeOf();
    const trader = exchange.accounts.byKey(TRADER.key);
    if (trader !== undefined) trader.paysNativeFees = true;
    // What a BNB is worth.
    offer(exchange, '660', '1', 'BNB/USDT');
    offer(exchange, '540', '1', 'BNB/USDT', 'buy');
    const { venue, of, place } = await connected(exchange);
    const { takers: fees } = await venue.readFees([SYMBOL]);
    expect(fees.get(SYMBOL)?.toFixed()).toBe('0.00075');
    offer(exchange, '60000', '0.4');
    place('0.1', '60000');
    await until(() => expect(of('fill')).toMatchObject([{ fill: { feeAsset: 'BNB' } }]));
    const [fill] = of('fill');
    expect(fill?.kind === 'fill' && decimal(fill.fill.fee).gt(0)).toBe(true);
    expect(venue.balances.get('BNB')).toBe(trader?.ledger.balance('BNB').toFixed());
    expect(new Decimal(venue.balances.get('BNB') ?? 0).lt(10)).toBe(true);
  });

  it('whose key may withdraw is refused', async () => {
    const exchange = await exchangeOf({ permissions: ['reading', 'spot-trading', 'withdrawals'] });
    await expect(accountAt(exchange).checkAccount([])).rejects.toMatchObject({
      problem: { code: 'key-can-withdraw' },
    });
  });

  it('is emptied of orders by a kill, symbol by symbol, and by the watchdog’s own way over REST', async () => {
    const exchange = await exchangeOf();
    const { venue, events, place } = await connected(exchange);
    for (const symbol of [SYMBOL, 'ETHUSDT', 'ETHBTC'])
      place('0.1', symbol === 'ETHBTC' ? '0.01' : '1000', 'gtc', symbol);
    await until(() => expect(openAt(exchange)).toBe(3));
    venue.cancelAll();
    await until(() => expect(events.at(-1)).toMatchObject({ kind: 'open-orders', count: 0 }));
    expect([openAt(exchange), events.filter(({ kind }) => kind === 'canceled').length]).toEqual([0, 3]);
    place('0.1', '1000', 'gtc');
    place('0.1', '1000', 'gtc', 'ETHUSDT');
    await until(() => expect(openAt(exchange)).toBe(2));
    const nonces = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };
    const rest = { nonces, restUrl: exchange.url, timeoutMs: 4_000 };
    const emergency = adapter.account?.emergencyCancel({ clock, network, credential: TRADER, ...rest });
    expect([
      await emergency?.countOpen(),
      await emergency?.cancelAll(),
      await emergency?.countOpen(),
    ]).toEqual([2, 2, 0]);
  });

  it('is empty after a kill although another program’s order rests in a symbol where nothing of ours is', async () => {
    const exchange = await exchangeOf();
    const { venue, events, place } = await connected(exchange);
    const trader = exchange.accounts.byKey(TRADER.key);
    if (trader === undefined) throw new Error('there is no trader');
    const elsewhere = { side: 'buy', type: 'limit', price: '1000', qty: '0.1' } as const;
    exchange.core.desk.place(trader, exchange.core.market('ETH/USDT'), elsewhere);
    // Its answer arrives over the private connection, which cancels in the symbols of our own orders alone.
    place('0.1', '1000', 'gtc');
    await until(() => expect(openAt(exchange)).toBe(2));
    venue.cancelAll();
    await until(() => expect(events.at(-1)?.kind).toBe('open-orders'));
    expect([events.at(-1), openAt(exchange)]).toMatchObject([{ kind: 'open-orders', count: 0 }, 0]);
  });

  it('whose connection is cut after an order left finds out what became of it, and trades on', async () => {
    const exchange = await exchangeOf();
    const { venue, events, place, of } = await connected(exchange);
    offer(exchange, '60000', '1');
    exchange.faults.silence(true);
    const orderId = place('0.1', '60000');
    const placed = () => exchange.log.entries.filter(({ kind }) => kind === 'placed').length;
    await until(() => expect(placed()).toBe(2));
    exchange.faults.dropConnections();
    exchange.faults.silence(false);
    await until(() => expect(of('unknown')).toMatchObject([{ orderId }]));
    await until(() => expect(events.at(-1)).toMatchObject({ kind: 'link', state: 'up' }));
    venue.reconcile(clock.nowUs() - 60_000_000, true);
    await until(() =>
      expect(events.at(-1)).toMatchObject({
        kind: 'account',
        account: { orders: [{ orderId, state: 'filled' }], fills: [{ orderId }] },
      }),
    );
    expect(placed()).toBe(2);
    place('0.1', '60000');
    await until(() => expect(of('fill')).toHaveLength(1));
  });

  it('reports each fill once when frames come twice, and a refusal in the venue’s own words', async () => {
    const exchange = await exchangeOf();
    const { events, place, of } = await connected(exchange);
    offer(exchange, '60000', '1');
    exchange.faults.duplicateNextFrame();
    place('0.1', '60000');
    await until(() => expect(of('fill')).toHaveLength(1));
    const tooMuch = place('9', '60000');
    await until(() =>
      expect(events.at(-1)).toMatchObject({
        kind: 'rejected',
        orderId: tooMuch,
        reason: expect.stringContaining('-2010'),
      }),
    );
    expect(of('fill')).toHaveLength(1);
  });
});

it('its books are those of the exchange, through a missing update, a cut and the announced end of a connection', async () => {
  const exchange = await exchangeOf();
  offer(exchange, '60000', '1');
  offer(exchange, '2000', '3', 'ETH/USDT');
  const { instruments } = await adapter.listInstruments(contextOf(exchange));
  const chosen = instruments.filter(({ symbol }) => symbol === SYMBOL || symbol === 'ETHUSDT');
  const own = chosen.map((spec, id) => createInstrument(spec, id, 'binance'));
  const store = new BookStore(own, { depth: adapter.bookDepth, verifierOf: () => adapter.bookVerifier() });
  const lost: string[] = [];
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
    onBookLost: (id, reason) => {
      lost.push(reason);
      store.sync(id).desync(reason);
    },
    onInstrumentStatus: () => undefined,
  });
  const at = own.findIndex(({ symbol }) => symbol === SYMBOL);
  const best = (): string => {
    const book = store.book(at);
    const unit = (value: number, decimals: number): string =>
      new Decimal(value).div(new Decimal(10).pow(decimals)).toFixed();
    const instrument = own[at];
    if (store.sync(at).state !== 'live' || instrument === undefined) return 'not live';
    return `${unit(book.bestAsk, instrument.priceDecimals)} ${unit(book.askQtys[0] as number, instrument.qtyDecimals)}`;
  };
  await until(() => expect(best()).toBe('60000 1'));
  offer(exchange, '59999', '0.5');
  await until(() => expect(best()).toBe('59999 0.5'));
  exchange.faults.corruptNextChecksum('BTC/USDT');
  // A missing update shows with the next one.
  await until(() => {
    offer(exchange, '60100', '0.001');
    expect(lost).toMatchObject([expect.stringMatching(/^changes before update id \d+ are missing$/)]);
  });
  offer(exchange, '59997', '0.125');
  await until(() => expect(best()).toBe('59997 0.125'));
  exchange.faults.dropConnections();
  offer(exchange, '59996', '0.1');
  await until(() => expect([opened, best()]).toEqual([2, '59996 0.1']));
  exchange.faults.endConnections();
  await until(() => expect([opened, best()]).toEqual([3, '59996 0.1']));
});
