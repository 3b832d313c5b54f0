/**
 * Entry of a process that signs swaps. Lines of JSON come in by its standard input and go out by its standard output: first the key, the endpoint and the
 * record of what was signed, then orders. The key is in no argument, no variable, no line that it writes and no error. It ends with its input.
 */
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { Deployment } from '../deployments.ts';
import { loadContracts } from '../process/contracts.ts';
import type { Version } from '../process/pools.ts';
import { httpRpc } from '../process/rpc.ts';
import { reasonOf, WalletServer } from './account-server.ts';
import type { SwapOrder } from './amounts.ts';
import type { WalletLine } from './asks.ts';
import { loadWalletCalls } from './calls.ts';
import { EngineJournal } from './journal.ts';
import { readPrivateKey } from './permit.ts';
import { FoundPools } from './pool-table.ts';
import { Wallet } from './wallet.ts';

/** Of an account of an engine, whose key follows as a line of its own. */
type OpenAccount = Pick<Open, 'endpoint' | 'deployment' | 'maxGasPrice'> & { readonly version: Version };

type Open = {
  readonly key: string;
  readonly endpoint: string;
  readonly deployment: Deployment;
  /** Wei for a unit of gas, as text. */
  readonly maxGasPrice: string;
  /** As it was kept last; left out: nothing was ever signed. */
  readonly record?: unknown;
  /** What the record has open is canceled before anything of it is sent again. */
  readonly cancelsOpen?: boolean;
};
type Request =
  | ({ readonly do: 'place' } & SwapOrder)
  | { readonly do: 'cancel' | 'ask'; readonly orderId: string }
  | { readonly do: 'cancel-all' | 'resume' | 'look' }
  /** The record of this number is durable: what it holds may be sent. */
  | { readonly do: 'kept'; readonly id: number };

const LOOK_MS = 1_000;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function serve(lines: AsyncIterator<string>): Promise<void> {
  const first = await lines.next();
  if (first.done === true) return;
  const opening = JSON.parse(first.value) as Open | OpenAccount;
  const { endpoint, deployment, maxGasPrice } = opening;
  const rpc = httpRpc({ endpoint, fetch: globalThis.fetch });
  const [calls, contracts] = [await loadWalletCalls(), await loadContracts()];
  if (!('key' in opening)) {
    const { version } = opening;
    const server = new WalletServer({
      version,
      rpc,
      calls,
      contracts,
      deployment,
      say,
      wait,
      maxGasPrice: BigInt(maxGasPrice),
      nowMs: () => Date.now(),
    });
    say({ event: 'ready' });
    for (let line = await lines.next(); line.done !== true; line = await lines.next())
      server.take(JSON.parse(line.value) as WalletLine);
    return;
  }
  const { key, record, cancelsOpen = false } = opening;
  const journal = new EngineJournal(record, say);
  const pools = new FoundPools(rpc, contracts, deployment);
  const wallet = new Wallet({
    rpc,
    calls,
    signer: calls.signer(readPrivateKey(key)),
    deployment,
    pools,
    journal,
    maxGasPrice: BigInt(maxGasPrice),
    report: (event) => say({ event: 'order', ...event }),
  });
  const opened = open(wallet, pools, cancelsOpen);
  let link: 'up' | 'down' | undefined;
  const linked = (state: 'up' | 'down', reason: string): void => {
    if (state !== link) say({ event: 'link', state, reason });
    link = state;
  };
  const tried = async (work: () => Promise<void>): Promise<void> => {
    try {
      await opened;
      await work();
      linked('up', '');
    } catch (error) {
      linked('down', reasonOf(error));
    }
  };
  void opened.then(
    () => say({ event: 'ready', address: wallet.address, isOfAnotherChain: wallet.isOfAnotherChain }),
    (error: unknown) => {
      process.stderr.write(`${reasonOf(error)}\n`);
      process.exit(1);
    },
  );
  void (async () => {
    for (;;) {
      await tried(() => wallet.look());
      await wait(LOOK_MS);
    }
  })();
  for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
    const request = JSON.parse(line.value) as Request;
    if (request.do === 'kept') journal.onKept(request.id);
    else void tried(() => asked(wallet, request));
  }
}

async function open(wallet: Wallet, pools: FoundPools, cancelsOpen: boolean): Promise<void> {
  await wallet.open();
  if (cancelsOpen) await wallet.cancelAll();
  await pools.discover();
}

function asked(wallet: Wallet, request: Exclude<Request, { do: 'kept' }>): Promise<void> {
  switch (request.do) {
    case 'place':
      return wallet.place(request);
    case 'cancel':
      return wallet.cancel(request.orderId);
    case 'ask':
      return wallet.ask(request.orderId);
    case 'cancel-all':
      return wallet.cancelAll();
    case 'resume':
      return wallet.resume().then(
        () => say({ event: 'resumed' }),
        (error: unknown) => say({ event: 'resume-refused', reason: reasonOf(error) }),
      );
    case 'look':
      return wallet.look();
  }
}

void serve(createInterface({ input: process.stdin })[Symbol.asyncIterator]()).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exit(1);
  },
);
