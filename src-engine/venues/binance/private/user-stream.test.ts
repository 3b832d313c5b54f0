/** What differs at Binance.US: a user data stream of its own, fees in one list, rights that it may not say. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../domain/decimal.ts';
import type { VenueOrderEvent } from '../../../domain/order.ts';
import { settle } from '../../conformance/testing/account-rig.ts';
import { BINANCE_US } from '../dialect.ts';
import { ok, openAccount, report, ScriptedAccount, SYMBOL } from './testing/scripted-account.ts';

const ID = '000001'.padEnd(32, 'a');
const MINUTE_US = 60_000_000;

async function start() {
  const peer = new ScriptedAccount();
  const venue = openAccount(peer, {}, BINANCE_US);
  const events: VenueOrderEvent[] = [];
  venue.connect((event) => events.push(event));
  for (let i = 0; i < 4; i++) await settle();
  const links = () => events.flatMap((event) => (event.kind === 'link' ? [event.state] : []));
  return { peer, venue, events, links };
}

describe('an account of Binance.US', () => {
  it('is up once orders and its own stream are, hears events there, and signs each order', async () => {
    const { peer, venue, events, links } = await start();
    expect([links(), peer.streams]).toEqual([['up'], ['wss://stream.binance.us:9443/ws/made-key-1']]);
    expect(peer.sent.map(({ method }) => method)).toEqual(['time']);
    const expireUs = peer.clock.nowUs() + 2_000_000;
    const terms = {
      side: 'buy',
      price: decimal('100'),
      qty: decimal('2'),
      timeInForce: 'ioc',
      expireUs,
    } as const;
    venue.place({ orderId: ID, instrumentId: 0, symbol: SYMBOL, ...terms });
    expect(peer.sent.at(-1)).toMatchObject({
      method: 'order.place',
      params: { signature: expect.any(String) },
    });
    peer.answer('order.place', { status: 200, result: { orderId: 4_293_153 } });
    peer.event(report(ID, { x: 'TRADE', X: 'FILLED', t: 7, L: '99.5', l: '2', z: '2', n: '0.1', N: 'USD' }));
    expect(events.map(({ kind }) => kind)).toEqual(['link', 'accepted', 'fill']);
    await venue.stop();
  });

  it('makes both connections anew where its stream ends, as what happened meanwhile was not heard', async () => {
    const { peer, venue, links } = await start();
    peer.cutStream();
    expect(links()).toEqual(['up', 'down']);
    peer.clock.advanceTo(peer.clock.nowUs() + 5_000_000);
    for (let i = 0; i < 6; i++) await settle();
    expect([links(), peer.connections, peer.streams.at(-1)]).toEqual([
      ['up', 'down', 'up'],
      2,
      'wss://stream.binance.us:9443/ws/made-key-2',
    ]);
    await venue.stop();
  });

  it('finds a stream that went dead within seconds, and stays with one that is merely quiet', async () => {
    const { peer, venue, links } = await start();
    const pass = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second++) {
        peer.clock.advanceTo(peer.clock.nowUs() + 1_000_000);
        await settle();
      }
    };
    await pass(40);
    expect(links()).toEqual(['up']);
    peer.streamLives = false;
    await pass(20);
    expect(links()).toContain('down');
    await venue.stop();
  });

  it('keeps the key every half hour, and takes another where the venue knows it no longer or lets it expire', async () => {
    const { peer, venue, links } = await start();
    const pass = async (us: number): Promise<void> => {
      const endUs = peer.clock.nowUs() + us;
      while (peer.clock.nowUs() < endUs) {
        peer.clock.advanceTo(Math.min(endUs, peer.clock.nowUs() + MINUTE_US / 30));
        peer.event({ e: 'balanceUpdate' });
        await settle();
      }
    };
    await pass(31 * MINUTE_US);
    expect([peer.kept, peer.listenKeys, links()]).toEqual([1, 1, ['up']]);
    peer.givesKeys = false;
    await pass(31 * MINUTE_US);
    expect(links().at(-1)).toBe('down');
    peer.givesKeys = true;
    await pass(2 * MINUTE_US);
    expect([links().at(-1), peer.listenKeys]).toEqual(['up', 2]);
    peer.event({ e: 'listenKeyExpired', listenKey: 'made-key-2' });
    expect(links().at(-1)).toBe('down');
    await pass(2 * MINUTE_US);
    expect([links().at(-1), peer.listenKeys]).toEqual(['up', 3]);
    await venue.stop();
  });

  it('reads what it pays from one list, and says where the venue does not say what a key may do', async () => {
    const peer = new ScriptedAccount();
    peer.rest.set('GET /sapi/v1/account/apiRestrictions', () => ({
      status: 404,
      body: '{"code":-1000,"msg":"Path /sapi/v1/account/apiRestrictions, Method GET is invalid"}',
    }));
    peer.rest.set('GET /api/v3/account', () => ok({ canTrade: true, canWithdraw: true, balances: [] }));
    peer.rest.set('GET /sapi/v1/asset/query/trading-fee', () =>
      ok([
        { symbol: SYMBOL, makerCommission: '0.0038', takerCommission: '0.0057' },
        { symbol: 'ETHUSD', makerCommission: '0', takerCommission: 'low' },
        { symbol: 'SOLUSD', makerCommission: '0', takerCommission: '0.001' },
      ]),
    );
    const venue = openAccount(peer, {}, BINANCE_US);
    const check = await venue.checkAccount([SYMBOL, 'ETHUSD']);
    expect([...check.fees.takers].map(([symbol, fee]) => [symbol, fee.toFixed()])).toEqual([
      [SYMBOL, '0.0057'],
    ]);
    expect(check.notes).toMatchObject([
      expect.stringContaining('Binance.US does not say what this key may do'),
    ]);
    peer.rest.set('GET /api/v3/account', () => ok({ canTrade: false, balances: [] }));
    await expect(venue.checkAccount([])).rejects.toMatchObject({ problem: { code: 'key-lacks-permission' } });
    // Any other failure is none that says that the call is missing.
    peer.rest.set('GET /sapi/v1/account/apiRestrictions', () => ({
      status: 401,
      body: '{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}',
    }));
    await expect(venue.checkAccount([])).rejects.toThrow('-2015');
    // A page of a proxy is no word of the venue.
    peer.rest.set('GET /sapi/v1/account/apiRestrictions', () => ({ status: 404, body: '<html>' }));
    await expect(venue.checkAccount([])).rejects.toThrow('404');
  });

  it('leaves out what is not held, which the venue lists as well, and takes no kind of key that it does not document', async () => {
    const peer = new ScriptedAccount();
    const row = (asset: string, free: string) => ({ asset, free, locked: '0.00000000' });
    peer.rest.set('GET /api/v3/account', (params) =>
      ok({ balances: params.has('omitZeroBalances') ? [] : [row('USD', '5.10'), row('ZRX', '0.00000000')] }),
    );
    const balances = await openAccount(peer, {}, BINANCE_US).readBalances();
    expect(balances.map(({ asset, total }) => [asset, total])).toEqual([['USD', '5.1']]);
    const secret =
      '-----BEGIN PRIVATE KEY-----MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g-----END PRIVATE KEY-----';
    expect(() => openAccount(peer, { secret }, BINANCE_US)).toThrow(/Binance\.US does not document/);
  });
});
