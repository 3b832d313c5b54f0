/** What is asked of an account at Binance before it trades, and how it is canceled in an emergency. */
import { describe, expect, it } from 'vitest';
import { settle } from '../../conformance/testing/account-rig.ts';
import { emergencyCancelOf } from '../../emergency-registry.ts';
import { commissionOf } from './account.ts';
import {
  BALANCES,
  KEY,
  ok,
  openAccount,
  ScriptedAccount,
  SECRET,
  SYMBOL,
} from './testing/scripted-account.ts';

const rates = (taker: string, buyer = '0', seller = '0') => ({ maker: '0', taker, buyer, seller });
const commission = (discount: object = {}) => ({
  standardCommission: rates('0.001'),
  specialCommission: rates('0.0001', '0.00001', '0.00002'),
  taxCommission: rates('0'),
  discount: {
    enabledForAccount: true,
    enabledForSymbol: true,
    discountAsset: 'BNB',
    discount: '0.75000000',
    ...discount,
  },
});
const WITH_BNB = new Set(['BNB', 'USDT']);

describe('the taker fee', () => {
  it.each([
    ['is lowered by the discount, in its standard part alone', commission(), WITH_BNB, '0.00087'],
    ['is not lowered without BNB to pay it', commission(), new Set(['USDT']), '0.00112'],
    [
      'is not lowered where the account has it off',
      commission({ enabledForAccount: false }),
      WITH_BNB,
      '0.00112',
    ],
    [
      'is not lowered where the symbol has none',
      commission({ enabledForSymbol: false }),
      WITH_BNB,
      '0.00112',
    ],
    ['is not lowered by what cannot be read', commission({ discount: 'much' }), WITH_BNB, '0.00112'],
    [
      'of all parts counts the higher side',
      { ...commission(), taxCommission: rates('0.1', '0', '0.2') },
      WITH_BNB,
      '0.30087',
    ],
  ])('%s', (_what, json, held, fee) => {
    expect(commissionOf(json, 'taker', held)?.toFixed()).toBe(fee);
  });

  it('of a maker has the maker’s part of each, with the same discount', () => {
    const parts = { ...rates('0.001'), maker: '0.0004' };
    const own = { ...commission(), standardCommission: parts };
    // 0.0004 less a quarter, and 0.00002 of the seller's special part.
    expect(commissionOf(own, 'maker', WITH_BNB)?.toFixed()).toBe('0.00032');
    const unread = { ...own, standardCommission: { ...parts, maker: undefined } };
    expect(commissionOf(unread, 'maker', WITH_BNB)).toBeUndefined();
  });

  it.each([
    ['a part is missing', { ...commission(), taxCommission: undefined }],
    ['a rate is not a decimal', { ...commission(), standardCommission: rates('1e-3') }],
    ['a rate is a number', { ...commission(), standardCommission: { ...rates('0.001'), taker: 0.001 } }],
    ['it is the whole value', { ...commission(), standardCommission: rates('2') }],
  ])('is absent, and never zero, when %s', (_what, json) => {
    expect(commissionOf(json, 'taker', WITH_BNB)).toBeUndefined();
  });
});

describe('the check of a key', () => {
  const RIGHTS = {
    ipRestrict: false,
    createTime: 1,
    enableReading: true,
    enableWithdrawals: false,
    enableSpotAndMarginTrading: true,
    enableInternalTransfer: true,
  };
  function rig(rights: object): ScriptedAccount {
    const peer = new ScriptedAccount();
    peer.rest.set('GET /sapi/v1/account/apiRestrictions', () => ok(rights));
    peer.rest.set('GET /api/v3/account', () => ok(BALANCES));
    peer.rest.set('GET /api/v3/account/commission', (params) =>
      params.get('symbol') === SYMBOL
        ? ok(commission())
        : { status: 400, body: '{"code":-1121,"msg":"Invalid symbol."}' },
    );
    return peer;
  }

  it('gives rights, fees by symbol, the clock, and what the trader should know', async () => {
    const peer = rig(RIGHTS);
    peer.skewMs = 250;
    const check = await openAccount(peer).checkAccount([SYMBOL, 'DELISTED']);
    expect(check.permissions).toEqual([
      'enableReading',
      'enableSpotAndMarginTrading',
      'enableInternalTransfer',
    ]);
    expect([...check.fees.takers].map(([symbol, fee]) => [symbol, fee.toFixed()])).toEqual([
      [SYMBOL, '0.00112'],
    ]);
    expect(check.skewUs).toBe(250_000);
    expect(check.notes).toEqual([
      expect.stringContaining('works from any IP address'),
      expect.stringContaining('“Enable Internal Transfer”'),
    ]);
    const bound = await openAccount(rig({ ...RIGHTS, ipRestrict: true })).checkAccount([]);
    expect(bound.notes[0]).toContain('only from the IP addresses');
  });

  it('asks no more fees in a minute than the venue’s limit leaves room for', async () => {
    const peer = rig(RIGHTS);
    const symbols = Array.from({ length: 310 }, () => SYMBOL);
    const reading = openAccount(peer).readFees(symbols);
    const asked = (): number => peer.asked.filter(({ call }) => call.endsWith('/commission')).length;
    const counts: number[] = [];
    for (let minute = 0; minute < 3; minute++) {
      for (let i = 0; i < 20; i++) await settle();
      counts.push(asked());
      peer.clock.advanceTo(peer.clock.nowUs() + 60_000_000);
    }
    await reading;
    expect(counts).toEqual([150, 300, 310]);
  });

  it.each([
    ['may withdraw', { ...RIGHTS, enableWithdrawals: true }, 'key-can-withdraw'],
    ['does not say whether it may withdraw', { ...RIGHTS, enableWithdrawals: undefined }, 'key-can-withdraw'],
    ['may withdraw by a right of another name', { ...RIGHTS, permitsFastWithdraw: true }, 'key-can-withdraw'],
    ['may not trade', { ...RIGHTS, enableSpotAndMarginTrading: false }, 'key-lacks-permission'],
    ['may not read', { ...RIGHTS, enableReading: undefined }, 'key-lacks-permission'],
  ])('refuses one that %s', async (_what, rights, code) => {
    await expect(openAccount(rig(rights)).checkAccount([])).rejects.toMatchObject({ problem: { code } });
  });

  it('refuses one whose rights cannot be read, whoever says that there is no such call', async () => {
    for (const body of ['<html>', '{"code":-1000,"msg":"Path is invalid"}']) {
      const peer = rig(RIGHTS);
      peer.rest.set('GET /sapi/v1/account/apiRestrictions', () => ({ status: 404, body }));
      peer.rest.set('GET /api/v3/account', () => ok({ canTrade: true, balances: [] }));
      await expect(openAccount(peer).checkAccount([])).rejects.toThrow('apiRestrictions');
    }
  });

  it('asks again with the venue’s time where ours is refused, once', async () => {
    const peer = rig(RIGHTS);
    let tries = 0;
    peer.rest.set('GET /sapi/v1/account/apiRestrictions', () =>
      ++tries === 1 ? { status: 400, body: '{"code":-1021,"msg":"Timestamp"}' } : ok(RIGHTS),
    );
    await openAccount(peer).checkAccount([]);
    expect(tries).toBe(2);
    peer.rest.set('GET /sapi/v1/account/apiRestrictions', () => ({
      status: 400,
      body: '{"code":-1021,"msg":"Timestamp"}',
    }));
    await expect(openAccount(peer).checkAccount([])).rejects.toThrow('-1021');
  });
});

describe('an emergency', () => {
  const open = (peer: ScriptedAccount) =>
    emergencyCancelOf('binance')({
      clock: peer.clock,
      network: peer,
      credential: { key: KEY, secret: SECRET },
      nonces: { load: () => Promise.resolve(undefined), save: () => Promise.resolve() },
      timeoutMs: 1_000,
    });

  it('cancels symbol by symbol, goes on where one fails, and counts what is open', async () => {
    const peer = new ScriptedAccount();
    peer.rest.set('GET /api/v3/openOrders', () =>
      ok([{ symbol: 'A' }, { symbol: 'B' }, { symbol: 'A' }, { symbol: 'C' }]),
    );
    const tried: unknown[] = [];
    peer.rest.set('DELETE /api/v3/openOrders', (params) => {
      tried.push(params.get('symbol'));
      if (params.get('symbol') === 'A') return { status: 503, body: '' };
      return params.get('symbol') === 'B'
        ? { status: 400, body: '{"code":-2011,"msg":"Unknown order sent."}' }
        : ok([{}, {}]);
    });
    await expect(open(peer).cancelAll()).rejects.toThrow('status 503');
    expect(tried).toEqual(['A', 'B', 'C']);
    expect(await open(peer).countOpen()).toBe(4);
    peer.rest.set('GET /api/v3/openOrders', () => ok([{ symbol: 'C' }]));
    expect(await open(peer).cancelAll()).toBe(2);
  });

  it('cancels what can be read although one row names no symbol, and says that not all is canceled', async () => {
    const peer = new ScriptedAccount();
    const tried: unknown[] = [];
    peer.rest.set('DELETE /api/v3/openOrders', (params) => {
      tried.push(params.get('symbol'));
      return ok([{}]);
    });
    for (const odd of [{}, null, { symbol: '' }, { symbol: 7 }]) {
      tried.length = 0;
      peer.rest.set('GET /api/v3/openOrders', () => ok([odd, { symbol: 'A' }, { symbol: 'B' }]));
      await expect(open(peer).cancelAll()).rejects.toThrow('1 open order has no symbol');
      expect(tried).toEqual(['A', 'B']);
      await expect(open(peer).countOpen()).rejects.toThrow('no symbol');
    }
  });

  it('takes nothing for empty that is not a list of orders', async () => {
    const peer = new ScriptedAccount();
    for (const body of [ok({}), ok([{}]), { status: 500, body: '[]' }]) {
      peer.rest.set('GET /api/v3/openOrders', () => body);
      await expect(open(peer).countOpen()).rejects.toThrow();
    }
  });
});
