/** Beside an engine that is frozen, which has the wallet's record: a watchdog takes back what waits by what was kept with it. */
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../testing/until.ts';
import { WalletAccount } from '../testing/wallet-account.ts';
import { LOCAL } from '../testing/scripted-mempool.ts';
import { kinds, rig as walletRig, sale, signer } from '../testing/wallet-rig.ts';
import { loadWalletCalls } from '../wallet/calls.ts';
import { TakeBack } from '../wallet/take-back.ts';

const calls = await loadWalletCalls();

const opened: WalletAccount[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.venue.stop();
});

/** An order is on its way, and its engine is frozen. */
async function frozen(side: 'buy' | 'sell' = 'sell') {
  const rig = new WalletAccount();
  opened.push(rig);
  await rig.connect();
  const orderId = rig.place(side, side === 'sell' ? '2980' : '3020');
  await rig.reported('accepted');
  const { chain } = rig.process;
  rig.process.freeze();
  chain.called.length = 0;
  return { rig, orderId, chain, cancel: rig.emergency() };
}

/** The same without its engine. */
async function placed() {
  const rig = await walletRig();
  await rig.wallet.place(sale);
  return rig;
}

/** The engine goes on, and what its process said meanwhile is read. */
async function thawed(rig: WalletAccount, kind: 'canceled' | 'fill'): Promise<void> {
  rig.process.thaw();
  await until(() => {
    rig.process.look();
    expect(rig.kinds()).toBe(`accepted ${kind}`);
  });
  expect(rig.of('link').at(-1)?.state).toBe('up');
}

describe('a watchdog beside a frozen engine', () => {
  it.each(['sell', 'buy'] as const)(
    'takes back what waits of a %s, and the engine that goes on books its gas',
    async (side) => {
      const { rig, chain, cancel } = await frozen(side);
      expect(await cancel.cancelAll()).toBe(0);
      expect(await cancel.countOpen()).toBe(1);
      // The swap's nonce takes the approval back as well.
      expect(chain.called).toEqual(
        side === 'sell' ? ['nothing', 'approve'] : ['nothing', 'approve', 'approve'],
      );
      chain.mine(1);
      expect(await cancel.cancelAll()).toBe(1);
      expect(await cancel.cancelAll()).toBe(0);
      expect(await cancel.countOpen()).toBe(0);
      expect(chain.allowance(side === 'sell' ? 'ETH' : 'USDC')).toBe(0n);
      const paid = 10n ** 18n - chain.native;
      await thawed(rig, 'canceled');
      const [{ charge, reason } = {}] = rig.of('canceled');
      expect(BigInt(Math.round(Number(charge?.amount) * 1e18))).toBe(paid);
      expect(reason).toBe('its nonce was used by what takes its approval back before it was mined');
      rig.place('sell', '2980');
      await until(() => expect(rig.of('accepted')).toHaveLength(2));
    },
  );

  it('leaves nothing of an approval that was mined before', async () => {
    const { rig, chain, cancel } = await frozen();
    const [approve, swap] = chain.waiting;
    chain.waiting = approve === undefined ? [] : [approve];
    chain.mine(1);
    expect(chain.allowance('ETH')).toBeGreaterThan(0n);
    chain.waiting = swap === undefined ? [] : [swap];
    await cancel.cancelAll();
    chain.mine(1);
    expect([await cancel.cancelAll(), await cancel.countOpen(), chain.allowance('ETH')]).toEqual([1, 0, 0n]);
    await thawed(rig, 'canceled');
  });

  it('counts no swap that was faster', async () => {
    const { rig, chain, cancel } = await frozen();
    chain.mine(1);
    expect([await cancel.cancelAll(), await cancel.countOpen()]).toEqual([0, 0]);
    expect(chain.called).toEqual([]);
    await thawed(rig, 'fill');
  });

  it('pays twice what the swap might, within the bound of a cancel: a base fee above the swap’s is no hindrance', async () => {
    const { rig, chain, cancel } = await frozen();
    // The swap was signed for at most twice the base fee and the tip.
    chain.baseFee *= 3n;
    chain.mine(1);
    expect(chain.waiting).toHaveLength(2);
    await cancel.cancelAll();
    chain.mine(1);
    expect([await cancel.cancelAll(), await cancel.countOpen()]).toEqual([1, 0]);
    await thawed(rig, 'canceled');
  });

  it('sends nothing to a chain that began anew', async () => {
    const { chain, cancel } = await frozen();
    chain.beginAnew();
    await expect(cancel.cancelAll()).rejects.toThrow(/of another chain/);
    expect(chain.called).toEqual([]);
  });

  it('that ended after it was frozen has its order known to the next engine, by what was reserved', async () => {
    const { rig, orderId, chain, cancel } = await frozen();
    await cancel.cancelAll();
    chain.mine(1);
    rig.process.thaw();
    await rig.restart([orderId]);
    await rig.compared();
    expect(rig.kinds()).toBe('canceled');
    expect(rig.of('link').at(-1)?.state).toBe('up');
  });
});

it('an engine that goes on before anything is mined pays more than what its watchdog has sent, at once', async () => {
  const { chain, wallet, kept, events } = await placed();
  const deployment = LOCAL;
  await new TakeBack({ rpc: chain, calls, signer, deployment, record: JSON.parse(kept) }).cancelAll();
  const sent = chain.waiting.map(({ hash }) => hash);
  chain.called.length = 0;
  await wallet.cancel(sale.orderId);
  expect(chain.called).toEqual(['nothing', 'nothing']);
  expect(chain.waiting).toHaveLength(2);
  for (const { hash } of chain.waiting) expect(sent).not.toContain(hash);
  chain.mine(1);
  await wallet.look();
  expect(kinds(events)).toBe('accepted canceled');
});

it('a swap whose record is durable after its deadline is not sent: it is canceled', async () => {
  let nowMs = 0;
  const rig = await walletRig({ nowMs: () => nowMs });
  // Its engine was frozen for a minute.
  rig.onKept = () => {
    nowMs += 60_000;
  };
  await rig.wallet.place(sale);
  expect([kinds(rig.events), rig.chain.called]).toEqual(['unknown', []]);
  rig.onKept = () => undefined;
  rig.chain.idleS = 61;
  await rig.wallet.look();
  expect(rig.chain.called).toEqual(['nothing', 'nothing']);
  rig.chain.mine(1);
  await rig.wallet.look();
  expect(kinds(rig.events)).toBe('unknown canceled');
});

describe('a swap that is late by the engine’s clock and not by the chain’s, whose seconds are whole', () => {
  /** Its record is durable just after the deadline: the next block might have it yet. */
  async function late(whileKept: (rig: Awaited<ReturnType<typeof walletRig>>) => void = () => undefined) {
    let nowMs = 0;
    const rig = await walletRig({ nowMs: () => nowMs });
    rig.onKept = () => {
      nowMs = 60_001;
      whileKept(rig);
    };
    await rig.wallet.place(sale, 60_000);
    expect([kinds(rig.events), rig.chain.called]).toEqual(['unknown', []]);
    rig.onKept = () => undefined;
    return rig;
  }
  const canceled = async ({ wallet, chain, events }: Awaited<ReturnType<typeof late>>): Promise<void> => {
    await wallet.look();
    expect(chain.called).toEqual(['nothing', 'nothing']);
    chain.mine(1);
    await wallet.look();
    expect(kinds(events)).toBe('unknown canceled');
  };

  it('is canceled by the next look', async () => {
    await canceled(await late());
  });

  it('is canceled by the process that follows', async () => {
    const rig = await late();
    await rig.restart();
    await canceled(rig);
  });

  it('is canceled also where that could not be kept, and a look failed since', async () => {
    const rig = await late((one) => {
      one.isFull = true;
    });
    await expect(rig.wallet.look()).rejects.toThrow('ENOSPC');
    expect(rig.chain.called).toEqual([]);
    rig.isFull = false;
    await canceled(rig);
  });
});

it('a swap gets no more time behind a look at an endpoint that is slow', async () => {
  let nowMs = 0;
  const rig = await walletRig({ nowMs: () => nowMs });
  const answer = rig.chain.call.bind(rig.chain);
  rig.chain.call = (method, params) => {
    if (method === 'eth_getTransactionCount') nowMs += 30_000;
    return answer(method, params);
  };
  await rig.wallet.place(sale, 60_000);
  expect(rig.events).toMatchObject([{ kind: 'rejected', reason: 'not sent: its deadline has passed' }]);
  expect(rig.kept).not.toContain('"orderId":"o1"');
});
