import { describe, expect, it } from 'vitest';
import { UserError } from '../../../domain/errors.ts';
import { LOCAL } from '../testing/scripted-mempool.ts';
import { GWEI, KEY, kinds, purchase, rig, sale, signer } from '../testing/wallet-rig.ts';
import { DEPLOYMENTS } from '../deployments.ts';
import { boundsOf, priceText, type SwapOrder, textOfUnits, unitsOf } from './amounts.ts';
import { demandChecksums } from './checksums.ts';
import { readDeployment } from './deployment-file.ts';
import { feeCap, raisedCap } from './fees.ts';
import { launchWallet } from './launch.ts';
import { readPrivateKey } from './permit.ts';
import { demandOwnFactories } from './router-check.ts';
import { Wallet } from './wallet.ts';
import type { WalletOptions } from './wallet-options.ts';

/** Of the next block, as the scripted chain charges it: its base fee and the tip. */
const PRICE = 11n * GWEI;
/** Of the scripted pool. */
const SOLD = '4479.800458';
const gas = (units: bigint, price = PRICE): string => textOfUnits(units * price, 18);

it('contracts with an address whose checksum is wrong are refused by name, and small letters have none', async () => {
  const right = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2';
  const at = (address: string) => ({ ...LOCAL, tokens: [{ asset: 'WETH', decimals: 18, address }] });
  for (const address of [right, right.toLowerCase(), `0x${right.slice(2).toUpperCase()}`])
    await demandChecksums(at(address), 'contracts.json');
  const wrong = right.replace('0xC02aaA39b2', '0xC02aaA39b3');
  await expect(demandChecksums(at(wrong), 'contracts.json')).rejects.toThrow(
    `has as WETH the address ${wrong}, whose checksum is wrong`,
  );
});

describe('an order on a chain', () => {
  it('is kept before it is sent, approved for exactly what it takes, and booked with all of its gas', async () => {
    const { chain, events, wallet, done } = await rig();
    await wallet.place(sale);
    expect(done).toEqual(['kept', 'sent', 'sent']);
    chain.mine();
    await wallet.look();
    expect(events).toEqual([
      { kind: 'accepted', orderId: 'o1', venueOrderId: wallet.orders[0]?.slots[1]?.signed[0]?.hash },
      {
        kind: 'fill',
        orderId: 'o1',
        fill: {
          fillId: wallet.orders[0]?.slots[1]?.signed[0]?.hash,
          price: priceText(15n * 10n ** 17n, 18, unitsOf(SOLD, 6) ?? 0n, 6),
          qty: '1.5',
          cost: SOLD,
          fee: gas(46_000n + 98_000n),
          feeAsset: 'ETH',
        },
      },
    ]);
    expect(chain.allowance('ETH')).toBe(0n);
    expect(textOfUnits(10n ** 18n - chain.native, 18)).toBe(gas(144_000n));
  });

  it('that buys takes back what is left of its approval, in the same block', async () => {
    const { chain, events, wallet } = await rig();
    await wallet.place(purchase);
    chain.mine();
    await wallet.look();
    expect(kinds(events)).toBe('accepted fill');
    expect(chain.allowance('USDC')).toBe(0n);
    const [, fill] = events;
    expect(fill).toMatchObject({ fill: { qty: '1.5', fee: gas(2n * 46_000n + 98_000n) } });
  });

  it('that was reverted is canceled with what it cost, once its approval is taken back', async () => {
    const { chain, events, wallet } = await rig();
    await wallet.place(sale);
    chain.isLate = true;
    chain.mine();
    await wallet.look();
    expect(kinds(events)).toBe('accepted');
    chain.mine();
    await wallet.look();
    expect(events[1]).toMatchObject({
      kind: 'canceled',
      reason: expect.stringContaining('reverted in block 1') as string,
      charge: { asset: 'ETH', amount: gas(2n * 46_000n + 98_000n) },
    });
    expect(chain.allowance('ETH')).toBe(0n);
  });

  it('whose answer is lost is unknown, never refused, and is found again by an engine that begins anew', async () => {
    const all = await rig();
    all.chain.sending = 'answer-lost';
    await all.wallet.place(sale);
    expect(kinds(all.events)).toBe('unknown');
    all.chain.sending = 'straight';
    const wallet = await all.restart();
    await wallet.place(sale);
    await wallet.place({ ...sale, orderId: 'o2' });
    all.chain.mine();
    await wallet.look();
    expect(kinds(all.events)).toBe('unknown rejected fill');
    await wallet.ask('o1');
    expect(all.events[3]).toEqual(all.events[2]);
    await wallet.ask('o3');
    expect(all.events[4]).toMatchObject({ kind: 'rejected', reason: 'not sent: it was never signed' });
  });

  it('that never arrives stays unknown beyond its deadline, until its nonces are used by something else', async () => {
    const { chain, events, wallet } = await rig();
    chain.sending = 'lost';
    await wallet.place(sale);
    for (let block = 0; block < 10; block++) {
      chain.mine();
      await wallet.look();
    }
    expect(kinds(events)).toBe('unknown');
    chain.sending = 'straight';
    await wallet.look();
    chain.mine();
    await wallet.look();
    expect(events[1]).toMatchObject({
      kind: 'canceled',
      reason: 'its nonce was used by a transfer of nothing before it was mined',
    });
    expect(chain.head.state.count).toBe(2);
  });

  it('is canceled by its nonce at a higher fee, and shown as canceled once that is mined', async () => {
    const { chain, events, wallet } = await rig();
    // Too little for the blocks that follow.
    await wallet.place(purchase);
    chain.baseFee = 40n * GWEI;
    await wallet.cancelAll();
    expect(kinds(events)).toBe('accepted open-orders');
    chain.mine();
    await wallet.look();
    expect(kinds(events)).toBe('accepted open-orders canceled open-orders');
    expect(events[3]).toEqual({ kind: 'open-orders', count: 0 });
    expect(wallet.orders[0]?.slots.map(({ mined }) => mined?.kind)).toEqual(['cancel', 'cancel', 'reset']);
    await wallet.look();
    expect(events).toHaveLength(4);
  });

  it('is raised again where its cancel is not mined, and never beyond twice the bound', async () => {
    const { chain, wallet } = await rig();
    await wallet.place(sale);
    chain.baseFee = 1_000n * GWEI;
    await wallet.cancel('o1');
    for (let block = 0; block < 30; block++) {
      chain.mine();
      await wallet.look();
    }
    const fees = wallet.orders[0]?.slots[1]?.signed.map(({ maxFee }) => BigInt(maxFee)) ?? [];
    expect(fees.length).toBeGreaterThan(1);
    expect(fees.every((fee) => fee <= 100n * GWEI)).toBe(true);
    expect(wallet.openOrder).toBeDefined();
  });

  it('that was faster than its cancel is filled', async () => {
    const { chain, events, wallet } = await rig();
    await wallet.place(sale);
    chain.mine();
    await wallet.cancel('o1');
    expect(kinds(events)).toBe('accepted fill');
  });

  it('whose nonce another program used is canceled, and halts the wallet until a person has looked', async () => {
    const { chain, events, wallet } = await rig();
    await wallet.place(sale);
    chain.foreign = { nonce: 1, hash: `0x${'f'.repeat(64)}` };
    chain.mine();
    await wallet.look();
    chain.mine();
    await wallet.look();
    expect(kinds(events)).toBe('accepted halted canceled');
    expect(events[1]).toMatchObject({ code: 'foreign-transaction' });
    await wallet.place({ ...sale, orderId: 'o2' });
    expect(events[3]).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('halted') as string,
    });
    chain.foreign = undefined;
    await expect(wallet.resume()).rejects.toThrow(/o1 may be mined until its deadline/);
    chain.mine(60);
    await wallet.resume();
    await wallet.place({ ...sale, orderId: 'o3' });
    expect(kinds(events.slice(4))).toBe('accepted');
  });

  it('whose block is taken back halts the wallet, through a restart', async () => {
    const all = await rig();
    await all.wallet.place(sale);
    all.chain.mine();
    await all.wallet.look();
    all.chain.takeBack();
    all.chain.mine();
    await all.wallet.look();
    expect(kinds(all.events)).toBe('accepted fill halted');
    expect(all.events[2]).toMatchObject({ code: 'swap-taken-back' });
    const wallet = await all.restart();
    await wallet.look();
    await wallet.place({ ...sale, orderId: 'o2' });
    expect(all.events[3]).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('swap-taken-back') as string,
    });
    all.chain.mine(60);
    await wallet.resume();
    await wallet.place({ ...sale, orderId: 'o3' });
    expect(wallet.openOrder?.slots[0]?.nonce).toBe(0);
    // What was filled is not filled any longer.
    await wallet.ask('o1');
    expect(all.events.at(-1)).toEqual({
      kind: 'canceled',
      orderId: 'o1',
      reason: 'its block was taken back, and it was not made again',
    });
  });

  it('whose block is taken back and that is made again later ends as the chain has it then', async () => {
    const { chain, events, wallet } = await rig();
    await wallet.place(sale);
    chain.mine();
    await wallet.look();
    const { sent } = chain.head;
    chain.takeBack();
    chain.mine();
    await wallet.look();
    await wallet.ask('o1');
    expect(kinds(events)).toBe('accepted fill halted unknown');
    chain.waiting = [...sent];
    chain.mine();
    chain.mine(60);
    await wallet.resume();
    await wallet.ask('o1');
    expect(events.at(-1)).toEqual(events[1]);
    expect(wallet.orders[0]?.isTakenBack).toBeUndefined();
  });

  it('is not taken for one whose block was taken back by an endpoint that lacks the block', async () => {
    const { chain, events, wallet } = await rig();
    await wallet.place(sale);
    chain.mine();
    await wallet.look();
    const newest = chain.head;
    chain.lag(true);
    await wallet.look();
    chain.lag(false);
    await wallet.look();
    expect(chain.head).toBe(newest);
    expect(kinds(events)).toBe('accepted fill');
  });
});

describe('an order that is not signed', () => {
  it.each<readonly [string, Partial<SwapOrder>, RegExp]>([
    ['of an unknown pool', { symbol: 'ETH/DAI' }, /no pool of listed tokens/],
    ['through a router that is not listed', { symbol: 'ETH/USDC-5bps' }, /no router of Uniswap v3/],
    ['that may not wait', { waitS: 0 }, /may wait 0 s, and 1 to 600/],
    ['that may wait for an hour', { waitS: 3_600 }, /may wait 3600 s, and 1 to 600/],
    ['finer than its token', { qty: `0.${'0'.repeat(18)}1` }, /no amount of ETH/],
    ['of nothing', { qty: '0' }, /no amount of ETH/],
    ['without a price', { price: '0' }, /its price 0/],
    [
      'that the pool does not give',
      { price: '2990' },
      /gives 4479.800458 USDC at block 0, less than its limit of 4485 USDC/,
    ],
    ['that the pool wants more for', { side: 'buy', price: '3010' }, /more than its limit of 4515 USDC/],
    ['of more than the pool has', { side: 'buy', qty: '1000', price: '9999999' }, /more than is known of/],
    ['of more than the wallet has', { qty: '10.5', price: '1' }, /takes 10.5 ETH, and the wallet has 10/],
  ])('%s is refused by name', async (_what, change, reason) => {
    const { chain, events, wallet } = await rig();
    await wallet.place({ ...sale, ...change });
    expect(events).toEqual([
      { kind: 'rejected', orderId: 'o1', reason: expect.stringMatching(reason) as string },
    ]);
    expect(chain.waiting).toEqual([]);
  });

  it('is refused above the bound of the gas price, without its gas, and while another one is not mined', async () => {
    const { chain, events, wallet } = await rig();
    chain.baseFee = 45n * GWEI;
    await wallet.place(sale);
    chain.baseFee = 10n * GWEI;
    chain.native = 10n ** 14n;
    await wallet.place({ ...sale, orderId: 'o2' });
    chain.native = 10n ** 18n;
    await wallet.place({ ...sale, orderId: 'o3' });
    await wallet.place({ ...sale, orderId: 'o4' });
    expect(events.map((event) => ('reason' in event ? event.reason : event.kind))).toEqual([
      expect.stringMatching(/may want 51625000000 wei .* and 50000000000 is the bound/),
      expect.stringMatching(/its gas may cost/),
      'accepted',
      expect.stringMatching(/o3 of this wallet is not mined yet/),
    ]);
  });

  it('is not sent where it cannot be kept', async () => {
    let isFull = false;
    const journal = {
      load: () => Promise.resolve(undefined),
      save: () => (isFull ? Promise.reject(new Error('ENOSPC')) : Promise.resolve()),
    };
    const { chain, events, wallet } = await rig({ journal });
    isFull = true;
    await wallet.place(sale);
    expect(events).toMatchObject([{ kind: 'rejected', reason: 'not sent: it could not be kept (ENOSPC)' }]);
    expect(chain.waiting).toEqual([]);
    isFull = false;
    await wallet.place({ ...sale, orderId: 'o2' });
    expect(wallet.openOrder?.slots[0]?.nonce).toBe(0);
  });
});

describe('a wallet', () => {
  it('signs on a local chain alone, and says so by name', () => {
    const [ethereum = LOCAL] = DEPLOYMENTS;
    const opening = { key: KEY, endpoint: 'http://127.0.0.1/', deployment: ethereum, maxGasPrice: '1' };
    const spawn = (() => {
      throw new Error('was started');
    }) as never;
    expect(() => launchWallet(spawn, opening, { said: () => undefined, ended: () => undefined })).toThrow(
      /Ethereum \(1\).* is a public chain/,
    );
    expect(() => new Wallet({ deployment: ethereum } as WalletOptions)).toThrow(
      /chain-not-traded|public chain/,
    );
  });

  it('is given its key by the first line of its process, and by no argument and no variable', () => {
    const seen: unknown[] = [];
    const spawn = ((...all: unknown[]) => {
      seen.push(all);
      throw new Error('not in a test');
    }) as never;
    const opening = { key: KEY, endpoint: 'http://127.0.0.1/', deployment: LOCAL, maxGasPrice: '1' };
    launchWallet(spawn, opening, { said: () => undefined, ended: () => undefined });
    expect(seen).toHaveLength(1);
    expect(JSON.stringify(seen)).toContain('--permission');
    expect(JSON.stringify(seen)).not.toContain('5a5a');
  });

  it('keeps no key, no signature and no secret in its record', async () => {
    const all = await rig();
    await all.wallet.place(sale);
    const [sent] = all.chain.waiting;
    expect(all.kept).toContain(sent?.hash);
    expect(all.kept).not.toContain(sent?.raw.slice(-60));
    expect(all.kept).not.toContain('5a5a');
  });

  it.each([
    ['that cannot be read', { version: 2 }, /cannot be read/],
    [
      'of another key',
      { version: 1, chainId: 31_337, address: '0x1', nextNonce: 0, orders: [] },
      /another wallet/,
    ],
    [
      'with half an order',
      { version: 1, chainId: 31_337, address: signer.address, nextNonce: 0, orders: [{ orderId: 'o' }] },
      /an order in the record/,
    ],
  ])('signs nothing on a record %s, and says so', async (_what, record, reason) => {
    const journal = { load: () => Promise.resolve(record), save: () => Promise.resolve() };
    const opened = rig({ journal });
    await expect(opened).rejects.toThrow(reason);
    await expect(opened).rejects.toBeInstanceOf(UserError);
  });

  it.each(['', '0x12', `0x${'0'.repeat(64)}`, `0x${'g'.repeat(64)}`])('takes no key %s', (text) => {
    expect(() => readPrivateKey(text)).toThrow('private key: is none');
    expect(readPrivateKey(` ${'5A'.repeat(32)}\n`)).toBe(`0x${'5A'.repeat(32)}`);
  });
});

describe('amounts and fees', () => {
  it('are rounded to the side that keeps the limit', () => {
    const [base, quote] = [
      { asset: 'A', decimals: 2 },
      { asset: 'B', decimals: 1 },
    ];
    const order = { qty: '0.33', price: '1.01' } as const;
    expect(boundsOf({ ...order, side: 'sell' }, base, quote)).toEqual({ base: 33n, quote: 4n });
    expect(boundsOf({ ...order, side: 'buy' }, base, quote)).toEqual({ base: 33n, quote: 3n });
    expect(() => boundsOf({ qty: '0.01', price: '0.1', side: 'buy' }, base, quote)).toThrow(
      /smallest unit of B/,
    );
    expect([unitsOf('1.50', 1), unitsOf('1.55', 1), unitsOf('1e3', 1)]).toEqual([15n, undefined, undefined]);
    expect([textOfUnits(0n, 18), textOfUnits(1n, 18), textOfUnits(15n, 0)]).toEqual([
      '0',
      '0.000000000000000001',
      '15',
    ]);
  });

  it('stay within their bound, and are raised by an eighth', () => {
    expect(feeCap(40n, 4n, 50n)).toEqual({ maxFee: 50n, tip: 4n });
    expect(feeCap(10n, 4n, 50n)).toEqual({ maxFee: 24n, tip: 4n });
    expect(feeCap(41n, 4n, 49n)).toBeUndefined();
    expect(raisedCap({ maxFee: 24n, tip: 4n }, 10n, 1n, 50n)).toEqual({ maxFee: 28n, tip: 6n });
    expect(raisedCap({ maxFee: 90n, tip: 4n }, 10n, 1n, 50n)).toBeUndefined();
  });
});

describe('contracts of a local chain in a file', () => {
  it('are refused with a router of another factory', async () => {
    const word = `0x${'0'.repeat(24)}${LOCAL.v2Factory.slice(2)}`;
    const rpc = { call: () => Promise.resolve(word) };
    await demandOwnFactories(rpc, LOCAL, { number: 1 });
    const other = { ...LOCAL, v2Factory: LOCAL.v3Factory };
    await expect(demandOwnFactories(rpc, other, { number: 1 })).rejects.toThrow(
      /routers\.v2: .* does not trade the pools of v2Factory/,
    );
  });

  const text = (change: object = {}): string => JSON.stringify({ ...LOCAL, ...change });

  it('are read as they are', () => {
    expect(readDeployment(text(), 'c.json')).toEqual({ ...LOCAL, title: 'a local chain' });
  });

  it.each<readonly [string, string, RegExp]>([
    ['that is no JSON', '{', /c\.json.* is not JSON/],
    ['of a public chain', text({ chainId: 8_453 }), /Base \(8453\).* is a public chain/],
    ['without a factory', text({ v3Factory: '0x12' }), /no address as v3Factory/],
    ['without routers', text({ routers: { v2: 1 } }), /no addresses as routers/],
    [
      'with a token that has no decimals',
      text({ tokens: [{ asset: 'A', address: LOCAL.multicall }] }),
      /token that cannot be read, number 1/,
    ],
    [
      'with a coin of the chain in other units',
      text({ tokens: [{ asset: 'ETH', decimals: 6, address: LOCAL.multicall }] }),
      /token that cannot be read, number 1/,
    ],
    ['without tokens', text({ tokens: [] }), /does not have 1 to 20 tokens/],
    [
      'with two tokens of one name',
      text({ tokens: [...LOCAL.tokens, { ...LOCAL.tokens[0], address: LOCAL.multicall }] }),
      /two tokens with the asset usdc/,
    ],
    ['of a chain of one’s own', text({ chainId: 1_337 }), /chain \(1337\).* is another chain/],
  ])('%s are refused by name', (_what, given, reason) => {
    expect(() => readDeployment(given, 'c.json')).toThrow(reason);
  });
});
