/** Tokens, endpoints, disks and other programs that do not do what they should. */
import { describe, expect, it } from 'vitest';
import { RpcError } from '../process/rpc.ts';
import { POOL } from '../testing/scripted-mempool.ts';
import { GWEI, kinds, purchase, rig, type Rig, sale } from '../testing/wallet-rig.ts';
import { textOfUnits } from './amounts.ts';
import { raisedCap, takeBackBound } from './fees.ts';
import { addOrder, readRecord, type WalletRecord } from './record.ts';

const HIGH = 1_000n * GWEI;
const sentBy = ({ done }: Rig): number => done.filter((what) => what === 'sent').length;

async function lookThrough({ chain, wallet }: Rig, blocks: number): Promise<void> {
  for (let block = 0; block < blocks; block++) {
    chain.mine();
    await wallet.look();
  }
}

describe('an approval that cannot be taken back', () => {
  it.each(['reverted', 'ignored'] as const)(
    'is tried once and costs no gas after that, where it is %s: the swap is reported, and a halt names what is left',
    async (zeroApproval) => {
      const all = await rig();
      all.chain.zeroApproval = zeroApproval;
      await all.wallet.place(purchase);
      await lookThrough(all, 5);
      expect(kinds(all.events)).toBe('accepted halted fill');
      expect(all.events[1]).toMatchObject({
        code: 'approval-left',
        reason: expect.stringMatching(/^[\d.]+ USDC \(0x1{40}\) may still be taken by 0xa{40}/) as string,
      });
      expect(sentBy(all)).toBe(3);
      await all.wallet.cancelAll();
      expect(all.events.at(-1)).toEqual({ kind: 'open-orders', count: 0 });
    },
  );

  it('is tried once more for a sale that was reverted', async () => {
    const all = await rig();
    all.chain.zeroApproval = 'reverted';
    all.chain.isLate = true;
    await all.wallet.place(sale);
    await lookThrough(all, 5);
    expect(kinds(all.events)).toBe('accepted halted canceled');
    expect(sentBy(all)).toBe(3);
  });

  it('leaves room for a fee that is raised once, within twice the bound', () => {
    for (const bound of [7n, GWEI, 50n * GWEI]) {
      const raised = raisedCap({ maxFee: takeBackBound(bound), tip: 1n }, 0n, 0n, bound);
      expect(raised?.maxFee).toBeLessThanOrEqual(2n * bound);
    }
  });
});

it('a transaction that an endpoint refuses as it has it already is accepted, in whatever words', async () => {
  const { chain, events, wallet } = await rig();
  const answer = chain.call.bind(chain);
  chain.call = async (method, params) => {
    const result = await answer(method, params);
    if (method !== 'eth_sendRawTransaction') return result;
    throw new RpcError('refused', `${method}: error -32003 transaction already imported`);
  };
  await wallet.place(sale);
  expect(kinds(events)).toBe('accepted');
  chain.call = answer;
  chain.mine();
  await wallet.look();
  expect(kinds(events)).toBe('accepted fill');
});

it('a swap that was made is reported before the rest of its nonces is used', async () => {
  const { chain, events, wallet } = await rig();
  await wallet.place(purchase);
  chain.waiting = chain.waiting.slice(0, 2);
  chain.mine();
  await wallet.look();
  await wallet.look();
  expect(kinds(events)).toBe('accepted made');
  expect(events[1]).toMatchObject({ qty: '1.5', hash: wallet.openOrder?.slots[1]?.mined?.hash });
  chain.mine();
  await wallet.look();
  expect(kinds(events)).toBe('accepted made fill');
});

it('on a chain that was idle until its deadline nothing is sent of an order but what uses its nonces up', async () => {
  const { chain, wallet } = await rig();
  chain.sending = 'lost';
  await wallet.place(sale);
  [chain.sending, chain.idleS, chain.called.length] = ['straight', 3_600, 0];
  await wallet.look();
  expect(chain.called).toEqual(['nothing', 'nothing']);
});

it('a node that is started again under a wallet gets nothing of what was open', async () => {
  const { chain, events, wallet } = await rig();
  await wallet.look();
  await wallet.place(sale);
  chain.beginAnew();
  chain.called.length = 0;
  await wallet.look();
  await wallet.look();
  expect(chain.called).toEqual([]);
  expect(events.at(-1)).toMatchObject({ kind: 'halted', code: 'chain-began-anew' });
});

it('a record that is full says since when it knows of each order', async () => {
  const all = await rig();
  await all.wallet.place(sale);
  const { orders, ...record } = JSON.parse(all.kept) as WalletRecord;
  const [order] = orders;
  if (order === undefined) throw new Error('nothing was kept');
  const full: WalletRecord = { ...record, orders: [] };
  for (let at = 1; at <= 200; at++) addOrder(full, { ...order, signedMs: at });
  expect(full.forgottenMs).toBeUndefined();
  addOrder(full, { ...order, signedMs: 201 });
  expect([full.forgottenMs, full.orders.length, full.orders[0]?.signedMs]).toEqual([1, 200, 2]);
  // One of before does not say so.
  const { forgottenMs, ...before } = full;
  expect(readRecord(before, full.chainId, full.address)?.forgottenMs).toBeGreaterThan(201);
  expect(readRecord(full, full.chainId, full.address)?.forgottenMs).toBe(forgottenMs);
  await all.restart();
  expect(all.wallet.forgottenMs).toBe(Number.NEGATIVE_INFINITY);
});

it('another program that uses the nonce after an order’s halts the wallet', async () => {
  const { chain, events, wallet } = await rig();
  await wallet.place(sale);
  chain.foreign = { nonce: 2, hash: `0x${'f'.repeat(64)}` };
  chain.mine();
  await wallet.look();
  expect(kinds(events)).toBe('accepted halted fill');
  expect(events[1]).toMatchObject({
    code: 'foreign-transaction',
    reason: 'nonce 2 was used by another program',
  });
});

describe('what could not be kept', () => {
  it('is not sent by the look after', async () => {
    const all = await rig();
    await all.wallet.place(sale);
    all.chain.baseFee = HIGH;
    all.chain.mine(60);
    const before = all.chain.waiting.map(({ hash }) => hash);
    all.isFull = true;
    for (let look = 0; look < 2; look++) await expect(all.wallet.look()).rejects.toThrow('ENOSPC');
    expect(all.chain.waiting.map(({ hash }) => hash)).toEqual(before);
    all.isFull = false;
    await all.wallet.look();
    expect(all.chain.waiting.map(({ hash }) => hash)).not.toEqual(before);
  });

  it('is reported once it is: a fill is not lost', async () => {
    const all = await rig();
    await all.wallet.place(sale);
    all.chain.mine();
    all.isFull = true;
    await expect(all.wallet.look()).rejects.toThrow('ENOSPC');
    expect(kinds(all.events)).toBe('accepted');
    all.isFull = false;
    await all.wallet.look();
    expect(kinds(all.events)).toBe('accepted fill');
  });
});

it('a chain that was idle has a deadline by the block that comes, not by the one that was', async () => {
  const { chain, events, wallet } = await rig();
  chain.idleS = 3_600;
  await wallet.place(sale);
  expect(wallet.openOrder?.deadlineS).toBe(4_660);
  chain.mine();
  await wallet.look();
  expect(kinds(events)).toBe('accepted fill');
});

it('a chain that began anew is known by its first block: nothing is sent there until a person has looked', async () => {
  const all = await rig();
  await all.wallet.place(sale);
  all.chain.beginAnew();
  const wallet = await all.restart();
  const before = sentBy(all);
  await wallet.look();
  await wallet.place({ ...sale, orderId: 'o2' });
  expect(sentBy(all)).toBe(before);
  expect(wallet.isOfAnotherChain).toBe(true);
  expect(kinds(all.events)).toBe('accepted halted rejected');
  expect(all.events[1]).toMatchObject({ code: 'chain-began-anew' });
  await expect(wallet.resume()).rejects.toThrow(/until its deadline, 1060/);
  all.chain.mine(60);
  await expect(wallet.resume()).rejects.toThrow(/until its deadline, 1060/);
  all.chain.mine();
  await wallet.resume();
  expect(all.events.at(-1)).toMatchObject({ kind: 'canceled', orderId: 'o1' });
  await wallet.place({ ...sale, orderId: 'o3' });
  all.chain.mine();
  await wallet.look();
  expect(kinds(all.events.slice(4))).toBe('accepted fill');
});

it('a wallet is of the chain that its endpoint names', async () => {
  const all = await rig();
  all.chain.chainId = 1;
  await expect(all.restart()).rejects.toThrow('the endpoint is of chain 1, and the wallet of 31337');
});

it('a receipt that costs more than was signed is none', async () => {
  const { chain, events, wallet } = await rig();
  await wallet.place(sale);
  chain.costFactor = 100n;
  chain.mine();
  await expect(wallet.look()).rejects.toThrow('it costs more than was signed');
  expect(kinds(events)).toBe('accepted');
});

it('a block that had another program’s transaction is watched as the others are', async () => {
  const { chain, events, wallet } = await rig();
  await wallet.place(sale);
  await wallet.cancel('o1');
  chain.waiting = chain.waiting.slice(0, 1);
  chain.mine();
  chain.foreign = { nonce: 1, hash: `0x${'f'.repeat(64)}` };
  chain.mine();
  await wallet.look();
  expect(kinds(events)).toBe('accepted halted canceled');
  chain.foreign = undefined;
  chain.takeBack();
  chain.mine();
  await wallet.look();
  expect(events[3]).toMatchObject({ kind: 'halted', code: 'swap-taken-back' });
});

it('a transaction of an order that was taken back is none of another program', async () => {
  const { chain, events, wallet } = await rig();
  await wallet.place(sale);
  const [approval] = chain.waiting;
  chain.mine();
  await wallet.look();
  chain.takeBack();
  chain.mine(70);
  await wallet.look();
  await wallet.resume();
  events.length = 0;
  // Otherwise both orders have the same transactions.
  chain.baseFee = 11n * GWEI;
  await wallet.place({ ...sale, orderId: 'o2' });
  chain.waiting = [...chain.waiting.slice(1), ...(approval === undefined ? [] : [approval])];
  chain.mine();
  await wallet.look();
  expect(kinds(events)).toBe('accepted halted fill');
  expect(events[1]).toMatchObject({
    code: 'swap-taken-back',
    reason: expect.stringContaining('of an earlier order') as string,
  });
  const fee = textOfUnits(144_000n * 12n * GWEI, 18);
  expect(events[2]).toMatchObject({ fill: { fee } });
});

it('a swap that took and brought nothing is no cancellation: both amounts are reported', async () => {
  const { chain, events, wallet } = await rig();
  chain.isOneSided = true;
  await wallet.place(sale);
  chain.mine();
  await wallet.look();
  expect(kinds(events)).toBe('accepted halted unlike');
  expect(events[2]).toMatchObject({ base: '1.5', quote: '0' });
});

describe('a record that was altered', () => {
  const altered = async (change: (text: string) => string): Promise<Rig> => {
    const all = await rig();
    await all.wallet.place(purchase);
    all.chain.baseFee = HIGH;
    all.kept = change(all.kept);
    return all;
  };

  it('has nothing signed but what takes back an approval of the router', async () => {
    const thief = `0x${'9'.repeat(40)}`;
    const all = await altered((text) => {
      const record = JSON.parse(text) as {
        orders: { slots: { signed: { to: string; data: string }[] }[] }[];
      };
      const reset = record.orders[0]?.slots[2]?.signed[0];
      if (reset !== undefined) Object.assign(reset, { to: thief, data: '0x1234' });
      return JSON.stringify(record);
    });
    const wallet = await all.restart();
    all.chain.mine(60);
    await wallet.look();
    const { signed = [] } = wallet.openOrder?.slots[2] ?? {};
    expect(signed.map(({ to }) => to)).toEqual([thief, POOL.quote.address]);
    expect(signed[1]?.data).toContain('a'.repeat(40));
  });

  it.each<readonly [string, (text: string) => string]>([
    ['no swap', (text) => text.replace(/"slots":\[.*\],"isCanceled"/, '"slots":[],"isCanceled"')],
    ['an end that is none', (text) => text.replace('"isCanceled":false', '"isCanceled":false,"end":null')],
    ['half of what was mined', (text) => text.replace('"nonce":0', '"nonce":0,"mined":{}')],
  ])('is refused with %s', async (_what, change) => {
    const all = await altered(change);
    await expect(all.restart()).rejects.toThrow('an order in the record');
  });
});
