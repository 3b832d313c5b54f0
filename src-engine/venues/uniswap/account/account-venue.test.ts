/** A wallet as an account: what it reports is what the chain shows, wherever its process or its engine ends. */
import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../../lib/system-clock.ts';
import { until } from '../../../testing/until.ts';
import { GWEI } from '../testing/wallet-rig.ts';
import { BASE, CREDENTIAL, WalletAccount } from '../testing/wallet-account.ts';
import { textOfUnits } from '../wallet/amounts.ts';
import { walletAccess } from './access.ts';
import { walletEmergencyCancel } from './emergency-cancel.ts';

/** Of the next block, as the scripted chain charges it. */
const PRICE = 11n * GWEI;
const gas = (units: bigint): string => textOfUnits(units * PRICE, 18);
const [APPROVE, SWAP, TRANSFER] = [46_000n, 98_000n, 21_000n];

const opened: WalletAccount[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.venue.stop();
});

async function account(): Promise<WalletAccount> {
  const one = new WalletAccount();
  opened.push(one);
  await one.connect();
  return one;
}

describe('a wallet as an account', () => {
  it('trades, books its gas in the coin that paid it, and holds what the chain holds', async () => {
    const rig = await account();
    const before = await rig.compared();
    expect(before).toMatchObject({ orders: [], fills: [] });
    expect(before.balances).toEqual([
      // The coin that pays gas and its token are one asset, of which the coin itself goes into no pool.
      { asset: 'ETH', total: '11', held: '1', heldFor: 'gas' },
      { asset: 'USDC', total: '10000' },
    ]);
    const orderId = rig.place('sell', '2980');
    await rig.reported('accepted');
    expect((await rig.compared()).orders).toMatchObject([
      { orderId, state: 'open', side: 'sell', qty: '1.5' },
    ]);
    await rig.mined('fill');
    expect(rig.kinds()).toBe('accepted fill');
    expect(rig.of('fill')[0]?.fill).toMatchObject({
      qty: '1.5',
      cost: '4479.800458',
      fee: gas(APPROVE + SWAP),
      feeAsset: 'ETH',
    });
    const left = textOfUnits(10n ** 18n - (APPROVE + SWAP) * PRICE, 18);
    expect((await rig.compared()).balances?.[0]).toMatchObject({ asset: 'ETH', held: left });
    // Once more is never.
    rig.venue.place({ ...rig.placement('sell', '2980'), orderId });
    expect((await rig.compared()).orders).toEqual([]);
    expect(rig.process.chain.head.state.count).toBe(2);
  });

  it('that had a swap reverted has paid for it', async () => {
    const rig = await account();
    rig.process.chain.isLate = true;
    rig.place('sell', '2980');
    await rig.reported('accepted');
    // Its approval is taken back by a transaction of the look after.
    await until(() => {
      rig.process.chain.mine(1);
      rig.process.look();
      expect(rig.kinds()).toContain('canceled');
    });
    expect(rig.of('canceled')).toMatchObject([
      { charge: { asset: 'ETH', amount: gas(2n * APPROVE + SWAP) } },
    ]);
    expect(rig.of('canceled')[0]?.reason).toMatch(/^reverted in block/);
  });

  it('begins nothing that it could not end: gas of what may have to follow must be there, and what follows passes', async () => {
    const rig = await account();
    // A sale may cost 0.0049 at its bound of 21 gwei: enough for two.
    rig.process.chain.native = 10n ** 16n;
    rig.place('sell', '2980');
    await rig.reported('rejected');
    expect(rig.of('rejected')[0]?.reason).toMatch(
      /^not sent: its gas may cost 0\.0\d+ of the chain’s coin, that of 3 orders that may have to follow as much each, and the wallet has 0\.01$/,
    );
    rig.place('sell', '2980', '1.5', 'unwind');
    await rig.reported('accepted');
  });

  it('refuses by name what a pool cannot do, and sends one order at a time', async () => {
    const rig = await account();
    const resting = { ...rig.placement('sell', '2980'), timeInForce: 'gtc' } as const;
    rig.venue.place(resting);
    rig.place('sell', '2980', '0.0000000000000000001');
    rig.place('sell', '100', '11');
    rig.place('sell', '4000');
    await until(() => expect(rig.of('rejected')).toHaveLength(4));
    rig.place('sell', '2980');
    rig.place('buy', '3020');
    await until(() => expect(rig.of('rejected')).toHaveLength(5));
    const reasons = rig.of('rejected').map(({ reason }) => reason);
    // Those that the process refuses, in the order in which they came; ours is said as soon.
    const ours = 'not sent: pools take no orders that rest';
    expect(reasons).toContain(ours);
    expect(reasons.filter((reason) => reason !== ours)).toEqual([
      'not sent: its quantity 0.0000000000000000001 is no amount of ETH',
      'not sent: it takes 11 ETH, and the wallet has 10',
      expect.stringMatching(/less than its limit/),
      expect.stringMatching(/of this wallet is not mined yet$/),
    ]);
  });
});

describe('a process that ends', () => {
  it.each(['place', 'keep'])(
    'before anything is kept (%s) has sent nothing, which is said once its record was read',
    async (at) => {
      const rig = await account();
      rig.process.endsAt = at;
      rig.place('sell', '2980');
      await rig.reported('unknown');
      await rig.linked('up');
      await rig.compared();
      expect(rig.kinds()).toBe('unknown rejected');
      expect(rig.of('rejected')[0]?.reason).toBe('not sent: it was never signed');
      expect(rig.process.chain.waiting).toEqual([]);
    },
  );

  it.each(['kept', 'accepted'])(
    'after it was kept (%s) sends the same transactions, and their end is booked once',
    async (at) => {
      const rig = await account();
      rig.process.endsAt = at;
      const orderId = rig.place('sell', '2980');
      await rig.reported('unknown');
      await rig.linked('up');
      expect((await rig.compared()).orders).toMatchObject([{ orderId, state: 'open' }]);
      await rig.mined('fill');
      expect(rig.kinds()).toBe('unknown fill');
      expect(rig.process.chain.head.state.count).toBe(2);
      await rig.compared();
      expect(rig.of('fill')).toHaveLength(1);
    },
  );

  it('with its engine after a swap was mined and before it was booked: the next one books it, with all of its gas', async () => {
    const rig = await account();
    const [first, second] = [rig.place('sell', '2980'), '0'.repeat(31) + 'f'];
    await rig.reported('accepted');
    rig.process.endsAt = 'fill';
    rig.process.chain.mine(1);
    await until(() => {
      rig.process.look();
      expect(rig.of('link').map(({ state }) => state)).toContain('down');
    });
    await rig.restart([first, second]);
    const { orders } = await rig.compared();
    expect(orders).toEqual([]);
    expect(rig.kinds()).toBe('fill rejected');
    expect(rig.of('fill')[0]).toMatchObject({ orderId: first, fill: { fee: gas(APPROVE + SWAP) } });
    expect(rig.of('rejected')[0]?.orderId).toBe(second);
    // A known id is never sent again.
    rig.venue.place({ ...rig.placement('sell', '2980'), orderId: first });
    await until(() => expect(rig.of('rejected')).toHaveLength(2));
    expect(rig.of('rejected')[1]?.reason).toBe('not sent: an earlier run sent an order with this id');
  });
});

it('what ended before anything listens is reported by the first reading: a process looks as soon as it is there', async () => {
  const rig = await account();
  const orderId = rig.place('sell', '2980');
  await rig.reported('accepted');
  rig.process.chain.mine(1);
  await rig.reopen([orderId]);
  // Asked before the account is connected, as a session does before it begins.
  await rig.venue.readBalances();
  expect(rig.process.said).toContainEqual(expect.objectContaining({ event: 'order', kind: 'fill', orderId }));
  await rig.connect();
  await rig.compared();
  expect(rig.kinds()).toBe('fill');
});

it('an order of before its record is not said to be unsigned: another key may have signed it', async () => {
  const rig = await account();
  rig.process.sinceMs = Date.now();
  await rig.restart(['0'.repeat(31) + '1'], (rig.process.sinceMs - 1) * 1_000);
  await rig.compared();
  expect(rig.kinds()).toBe('');
  await rig.restart(['0'.repeat(31) + '1'], rig.process.sinceMs * 1_000);
  await rig.compared();
  expect(rig.kinds()).toBe('rejected');
});

describe('a kill', () => {
  it('uses the nonces of what waits, and ends once nothing does', async () => {
    const rig = await account();
    rig.place('sell', '2980');
    await rig.reported('accepted');
    rig.venue.cancelAll();
    await until(() => expect(rig.of('open-orders').at(-1)?.count).toBe(1));
    await rig.mined('canceled');
    await until(() => {
      rig.process.look();
      expect(rig.of('open-orders').at(-1)?.count).toBe(0);
    });
    expect(rig.of('canceled')[0]?.charge).toEqual({ asset: 'ETH', amount: expect.any(String) as string });
    expect(rig.process.chain.allowance('ETH')).toBe(0n);
  });

  it('by a watchdog beside a dead engine can cancel alone, and what it did is known to the next engine', async () => {
    const rig = await account();
    const orderId = rig.place('sell', '2980');
    await rig.reported('accepted');
    await rig.end();
    const cancel = rig.emergency();
    // It counts what has ended as canceled, once, and not how often it asked.
    expect(await cancel.cancelAll()).toBe(0);
    expect(await cancel.cancelAll()).toBe(0);
    expect(await cancel.countOpen()).toBe(1);
    rig.process.chain.mine(1);
    await until(async () => expect(await cancel.countOpen()).toBe(0));
    expect(await cancel.cancelAll()).toBe(1);
    expect(await cancel.cancelAll()).toBe(0);
    await rig.restart([orderId]);
    await rig.compared();
    expect(rig.kinds()).toBe('canceled');
    const cost = 2n * TRANSFER;
    expect(rig.of('canceled')[0]?.charge?.asset).toBe('ETH');
    expect(rig.process.chain.native).toBeLessThanOrEqual(10n ** 18n - cost * PRICE);
    const nonces = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };
    const context = { clock: new SystemClock(), network: rig.process, credential: CREDENTIAL, nonces };
    expect(() => walletEmergencyCancel({ ...context, timeoutMs: 4_000 })).toThrow(/is not the local one/);
  });

  it('by a watchdog counts no swap that was faster', async () => {
    const rig = await account();
    const orderId = rig.place('sell', '2980');
    await rig.reported('accepted');
    await rig.end();
    rig.process.chain.mine(1);
    const cancel = rig.emergency();
    expect(await cancel.cancelAll()).toBe(0);
    expect(await cancel.countOpen()).toBe(0);
    await rig.restart([orderId]);
    await rig.compared();
    expect(rig.kinds()).toBe('fill');
  });

  it.each(['a watchdog', 'a kill', 'a cancel'])(
    'sends nothing of a swap that was kept and not sent but its cancels: by %s',
    async (by) => {
      const rig = await account();
      const { chain } = rig.process;
      rig.process.endsAt = 'kept';
      const starts = Promise.withResolvers<undefined>();
      rig.process.starting = starts.promise;
      const orderId = rig.place('sell', '2980');
      await rig.reported('unknown');
      expect(chain.called).toEqual([]);
      if (by === 'a kill') rig.venue.cancelAll();
      if (by === 'a cancel') rig.venue.cancel(orderId);
      if (by === 'a watchdog') await rig.end();
      starts.resolve(undefined);
      const cancel = by === 'a watchdog' ? rig.emergency() : undefined;
      // Asking is enough to begin.
      await cancel?.countOpen();
      await until(() => {
        rig.process.look();
        expect(chain.waiting).toHaveLength(2);
      });
      expect(new Set(chain.called)).toEqual(new Set(['nothing']));
      chain.mine(1);
      await until(async () => {
        rig.process.look();
        if (cancel === undefined) expect(rig.kinds()).toContain('canceled');
        else expect(await cancel.countOpen()).toBe(0);
      });
    },
  );

  it('waits for no reading of the account, which may take long', async () => {
    const rig = await account();
    rig.place('sell', '2980');
    await rig.reported('accepted');
    const busy = Promise.withResolvers<undefined>();
    rig.process.chain.busy = busy.promise;
    rig.venue.reconcile(0, true);
    rig.venue.cancelAll();
    await until(() => expect(rig.of('open-orders').at(-1)?.count).toBe(1));
    expect(rig.process.chain.called).toContain('nothing');
    expect(rig.of('account')).toEqual([]);
    busy.resolve(undefined);
  });

  it('is over once nothing of a block that was taken back waits: its nonces are used up as well', async () => {
    const rig = await account();
    const { chain } = rig.process;
    rig.place('sell', '2980');
    await rig.reported('accepted');
    await rig.mined('fill');
    const { sent } = chain.head;
    chain.called.length = 0;
    chain.takeBack();
    chain.waiting = [...sent];
    rig.venue.cancelAll();
    await until(() => expect(rig.of('open-orders').at(-1)?.count).toBe(2));
    chain.mine(1);
    await until(() => {
      rig.process.look();
      expect(rig.of('open-orders').at(-1)?.count).toBe(0);
    });
    expect(chain.head.sent).toHaveLength(2);
    expect(new Set(chain.called)).toEqual(new Set(['nothing']));
    expect(chain.allowance('ETH')).toBe(0n);
  });
});

describe('a block that is taken back', () => {
  it('makes a fill unknown again: nothing is sent, what was taken back is named, and its key trades once nothing of it can be made', async () => {
    const rig = await account();
    rig.place('sell', '2980');
    await rig.reported('accepted');
    await rig.mined('fill');
    expect((await rig.compared()).takenBack).toBeUndefined();
    const { chain } = rig.process;
    chain.takeBack();
    chain.waiting = [];
    chain.mine(1);
    await until(() => {
      rig.process.look();
      expect(rig.of('link').at(-1)).toMatchObject({
        state: 'down',
        reason: expect.stringMatching(/^swap-taken-back: block 1/) as string,
      });
    });
    // It is compared all the same, and no cycle begins elsewhere that would end here.
    const { takenBack } = await rig.compared();
    expect(rig.of('link').at(-1)?.state).toBe('down');
    expect(takenBack?.assets.toSorted()).toEqual(['ETH', 'USDC']);
    rig.place('sell', '2980');
    await rig.reported('rejected');
    expect(rig.of('rejected')[0]?.reason).toMatch(/^not sent: the wallet is halted \(swap-taken-back/);
    // From its deadline on no block can have it.
    chain.idleS = 600;
    await until(() => {
      rig.process.look();
      expect(rig.process.said).toContainEqual({ event: 'settled' });
    });
    await until(() => expect(rig.of('link').at(-1)).toMatchObject({ state: 'up' }));
    // The engine may not have taken it over yet.
    expect((await rig.compared()).takenBack).toEqual(takenBack);
    rig.process.look(61);
    expect((await rig.compared()).takenBack).toBeUndefined();
    rig.place('sell', '2980');
    await until(() => expect(rig.of('accepted')).toHaveLength(2));
  });
});

it('one look at the chain that fails is no lost link; the next one is', async () => {
  const rig = await account();
  const { chain } = rig.process;
  const looks = async (faults: number): Promise<void> => {
    chain.faults = faults;
    await until(() => {
      rig.process.look();
      expect(chain.faults).toBe(0);
    });
  };
  const before = rig.of('link').length;
  await looks(1);
  await rig.compared();
  expect(rig.of('link')).toHaveLength(before);
  await looks(2);
  await rig.linked('down');
  await until(() => {
    rig.process.look();
    expect(rig.of('link').at(-1)?.state).toBe('up');
  });
});

it('an order that is open is looked after while no pool is known, and nothing new is taken', async () => {
  const rig = await account();
  const orderId = rig.place('sell', '2980');
  await rig.reported('accepted');
  rig.process.isWithoutPools = true;
  await rig.reopen([orderId]);
  await rig.connect('down');
  expect(rig.of('link').at(-1)?.reason).toBe('its pools are not known: no answer');
  await rig.mined('fill');
  rig.place('sell', '2980');
  await rig.reported('rejected');
  expect(rig.of('rejected')[0]?.reason).toBe('not sent: its pools are not known: no answer');
  await expect(rig.venue.checkAccount([])).rejects.toThrow(/its pools are not known/);
  rig.process.isWithoutPools = false;
  await until(() => {
    rig.process.look();
    expect(rig.of('link').at(-1)?.state).toBe('up');
  });
});

describe('a key', () => {
  it('that is halted before its account is connected is reported at the connection: no cycle may count on it', async () => {
    const rig = await account();
    const { chain } = rig.process;
    chain.foreign = { nonce: 0, hash: `0x${'9'.repeat(64)}` };
    chain.mine(1);
    rig.place('sell', '2980');
    await rig.reported('rejected');
    await rig.reopen([]);
    await rig.venue.readBalances();
    await rig.connect('down');
    expect(rig.of('link')).toMatchObject([
      { state: 'down', reason: expect.stringMatching(/^foreign-transaction: nonce 0/) as string },
    ]);
  });

  it('that another program uses stops the account by name', async () => {
    const rig = await account();
    const { chain } = rig.process;
    chain.foreign = { nonce: 0, hash: `0x${'9'.repeat(64)}` };
    chain.mine(1);
    rig.place('sell', '2980');
    await rig.reported('rejected');
    await until(() => {
      rig.process.look();
      expect(rig.of('link').at(-1)).toMatchObject({
        state: 'down',
        reason: expect.stringMatching(/^foreign-transaction: nonce 0/) as string,
      });
    });
  });

  it('is held against its address, never shown, and of the local chain alone', async () => {
    const access = walletAccess('uniswap-v3');
    const rig = new WalletAccount();
    const other = { ...CREDENTIAL, key: `0x${'1'.repeat(40)}` };
    const nonces = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };
    const context = { clock: new SystemClock(), network: rig.process, random: () => 0, nonces };
    expect(() => access.open({ ...context, credential: { ...CREDENTIAL, secret: 'ab' } })).toThrow();
    expect(() => access.open({ ...context, credential: CREDENTIAL })).toThrow(/is not the local one/);
    const venue = access.open({ ...context, credential: other, urls: { rest: BASE } });
    await expect(venue.checkAccount([])).rejects.toThrow(/is not that of 0x1111/);
    await venue.stop();
    await rig.connect();
    const { notes, permissions, fees } = await rig.venue.checkAccount(['ETH/USDC']);
    expect([permissions, fees.takers.get('ETH/USDC')?.toFixed()]).toEqual([[], '0']);
    expect(notes.join(' ')).toMatch(/local chain alone.*cannot be canceled/);
    await rig.venue.stop();
    expect(JSON.stringify([rig.process.said, rig.process.kept, rig.events])).not.toContain(
      CREDENTIAL.secret.slice(4, 40),
    );
  });
});
