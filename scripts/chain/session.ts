/**
 * A rehearsal on the local chain: a session finds a cycle over a pair of v2 and a pool of v3, trades it through two wallets, loses its processes in the
 * middle of another one, and sees a block taken back. After each, the ledger of each venue must be what the chain has, to the last unit.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Abi } from 'viem';
import type { Deployment } from '../../src-engine/venues/uniswap/deployments.ts';
import { latestHead } from '../../src-engine/venues/uniswap/process/heads.ts';
import { localChainFile, localChainText } from '../../src-engine/venues/uniswap/local-chain.ts';
import { loadWalletCalls } from '../../src-engine/venues/uniswap/wallet/calls.ts';
import { balancesAt } from '../../src-engine/venues/uniswap/wallet/standing.ts';
import { FAR, type LocalChain } from './contracts.ts';
import { served } from './served.ts';
import { SessionRun, VENUE_NAMES } from './session-run.ts';

export type SessionParts = {
  readonly chain: LocalChain;
  /** With tokens and pools of this trial alone. */
  readonly deployment: Deployment;
  readonly token: Abi;
  readonly router2: Abi;
};

/** Keys of this trial alone: v2 and v3 have one each. */
const KEYS = [`0x${'6a'.repeat(32)}`, `0x${'6b'.repeat(32)}`] as const;
const PATIENCE_MS = 90_000;
/** From one block to the next while something is waited for, as a chain has: what may be traded is decided on with each. */
const BLOCK_MS = 1_000;
const E18 = 10n ** 18n;

export async function rehearse({ chain, deployment, token, router2 }: SessionParts): Promise<boolean> {
  const { rpc, account } = chain;
  const calls = await loadWalletCalls();
  const wallets = KEYS.map((key) => calls.signer(key).address);
  const credentials = KEYS.map((secret, at) => ({ key: wallets[at] as string, secret }));
  await rpc.call('evm_setAutomine', [true]);
  for (const wallet of wallets) {
    await rpc.call('hardhat_setBalance', [wallet, `0x${(10n * E18).toString(16)}`]);
    for (const { asset, address } of deployment.tokens)
      await chain.send(address, token, 'transfer', [wallet, asset === 'ETH' ? 10n * E18 : 30_000n * E18]);
  }
  // A block for each transaction would have the chain's time run ahead: each is a second later at least, and an order has two.
  await rpc.call('evm_setAutomine', [false]);
  const node = await served(chain);
  const folder = await mkdtemp(join(tmpdir(), 'parallax-chain-'));
  const { chainId, v2Factory, v3Factory, multicall, routers, tokens } = deployment;
  const contracts = JSON.stringify({ chainId, v2Factory, v3Factory, multicall, routers, tokens });
  await writeFile(localChainFile(folder), localChainText(node.endpoint, contracts, 'trial'), { mode: 0o600 });
  let [isMining, minedMs] = [true, 0];
  let [isRight, session] = [true, undefined as SessionRun | undefined];

  const differences = async (): Promise<string[]> => {
    const { number } = await latestHead(rpc);
    const found: string[] = [];
    for (const [at, venue] of VENUE_NAMES.entries())
      for (const { asset, total } of await balancesAt(
        rpc,
        calls,
        deployment,
        wallets[at] as string,
        number,
      )) {
        const booked = session?.total(asset, venue);
        if (booked !== total) found.push(`${total} ${asset} on the chain and ${booked} booked at ${venue}`);
      }
    return found;
  };
  const until = async (what: string, is: () => boolean | Promise<boolean>): Promise<boolean> => {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await wait(100)) {
      if (await is()) return true;
      if (!isMining || Date.now() - minedMs < BLOCK_MS) continue;
      minedMs = Date.now();
      await rpc.call('evm_mine', []);
    }
    const last = session?.events.slice(-6).map((event) => JSON.stringify(event).slice(0, 500));
    process.stdout.write(
      `not within ${PATIENCE_MS / 1_000} s: ${what}; ${session?.standing}; ${last?.join('\n')}\n`,
    );
    return false;
  };
  const check = async (title: string, found: Readonly<Record<string, boolean>>): Promise<void> => {
    const faults = Object.entries(found).flatMap(([name, is]) => (is ? [] : [name]));
    if (faults.length > 0) isRight = false;
    process.stdout.write(
      `session, ${title}: ${faults.length === 0 ? 'right' : `WRONG: ${faults.join('; ')}`}\n`,
    );
  };
  const agrees = () =>
    until(
      'ledger and chain agree',
      async () => session?.standing === '' && (await differences()).length === 0,
    );
  /** Somebody sells to the pair of v2: it asks less than the pool of v3 pays then. */
  const apart = async (): Promise<void> => {
    const path = [tokens[1]?.address, tokens[0]?.address];
    const terms = [8n * E18, 0n, path, account, FAR];
    await chain.queue(routers?.v2 ?? '', router2, 'swapExactTokensForTokens', terms);
    await rpc.call('evm_mine', []);
  };

  try {
    session = await SessionRun.start(folder, credentials, 'trial-1');
    const begins = await agrees();
    const traded = await until('a cycle is traded', () => (session?.of('executionFinished').length ?? 0) > 0);
    const same = await agrees();
    const fills = session.of('orderFilled');
    await check(`a cycle of ${fills.map(({ order }) => `${order.venue} ${order.side}`).join(' and ')}`, {
      'the account is not the chain’s at its start': begins,
      'nothing was traded': traded,
      [`it is ${fills.length} fills`]: new Set(fills.map(({ order }) => order.venue)).size === 2,
      [`it earned ${session.profit} USDC`]: Number(session.profit) > 0,
      [`its gas is not booked in ETH`]: fills.every(
        ({ fill }) => fill.feeAsset.startsWith('ETH') && Number(fill.fee) > 0,
      ),
      [(await differences()).join(', ')]: same,
    });

    // Nothing is mined: orders are signed and sent, and every process ends at once.
    session.command('pause');
    await wait(1_500);
    await apart();
    isMining = false;
    const before = session.of('orderCreated').length;
    session.command('resume');
    const sent = await until('orders are sent', () => (session?.of('orderAccepted').length ?? 0) > before);
    const left = await session.crash();
    session = undefined;
    await rpc.call('evm_mine', []);
    isMining = true;
    session = await SessionRun.start(folder, credentials, 'trial-2', left);
    const again = await agrees();
    const open = new Set([...session.kernel.orders.open()].map(({ orderId }) => orderId));
    await check(`a crash with ${left.openOrders.length} orders on their way`, {
      'nothing was sent': sent && left.openOrders.length > 0,
      'an order is not settled': again && left.openOrders.every(({ record }) => !open.has(record.orderId)),
      [(await differences()).join(', ')]: again,
    });

    // A block with what was traded is taken back.
    session.command('pause');
    await wait(1_500);
    const isCalm = await agrees();
    const snapshot = await rpc.call('evm_snapshot', []);
    const count = session.of('executionFinished').length;
    session.command('resume');
    await apart();
    const third = await until(
      'another cycle is traded',
      () => (session?.of('executionFinished').length ?? 0) > count,
    );
    const booked = await agrees();
    session.command('pause');
    const tallest = await latestHead(rpc);
    await rpc.call('evm_revert', [snapshot]);
    // Higher than the chain that was left: only then is a block known to be gone.
    const lost = tallest.number - (await latestHead(rpc)).number;
    await rpc.call('hardhat_mine', [`0x${(lost + 2).toString(16)}`]);
    const follows = await until('the ledger follows', async () => (await differences()).length === 0);
    const adopted = session.of('balancesAdopted').filter(({ actor }) => actor.via === 'reorganisation');
    await check('a block that is taken back', {
      'nothing was traded before': isCalm && third && booked,
      [(await differences()).join(', ')]: follows,
      'what was taken back is no fact': adopted.length > 0,
      'trading is not halted by name': session.of('tradingHalted').some(({ code }) => code === 'taken-back'),
    });
  } finally {
    await session?.stop();
    node.close();
    await rm(folder, { recursive: true, force: true });
  }
  return isRight;
}
