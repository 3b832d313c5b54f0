/**
 * Entry of a process that signs swaps. Lines of JSON come in by its standard input and go out by its standard output: first the key, the endpoint and the
 * record of what was signed, then orders. The key is in no argument, no variable, no line that it writes and no error. It ends with its input.
 */
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../../../domain/errors.ts';
import type { Deployment } from '../deployments.ts';
import { loadContracts } from '../process/contracts.ts';
import { latestHead } from '../process/heads.ts';
import { type Pool, PoolReader } from '../process/pools.ts';
import { httpRpc, type Rpc, RpcError } from '../process/rpc.ts';
import type { SwapOrder } from './amounts.ts';
import { loadWalletCalls } from './calls.ts';
import { readPrivateKey } from './permit.ts';
import type { PoolTable } from './plan.ts';
import type { Journal } from './record.ts';
import { demandOwnFactories } from './router-check.ts';
import { Wallet } from './wallet.ts';

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

/** The record goes to the engine, which answers when it is durable. Without an answer nothing is sent. */
class EngineJournal implements Journal {
  readonly #first: unknown;
  readonly #waiting = new Map<number, () => void>();
  #lastId = 0;

  constructor(first: unknown) {
    this.#first = first;
  }

  load(): Promise<unknown> {
    return Promise.resolve(this.#first);
  }

  save(record: object): Promise<void> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      say({ event: 'keep', id, record });
    });
  }

  onKept(id: number): void {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }
}

async function serve(lines: AsyncIterator<string>): Promise<void> {
  const first = await lines.next();
  if (first.done === true) return;
  const {
    key,
    endpoint,
    deployment,
    maxGasPrice,
    record,
    cancelsOpen = false,
  } = JSON.parse(first.value) as Open;
  const rpc = httpRpc({ endpoint, fetch: globalThis.fetch });
  const [calls, contracts] = [await loadWalletCalls(), await loadContracts()];
  const journal = new EngineJournal(record);
  const readers = {
    v2: new PoolReader(rpc, contracts, deployment, 'v2'),
    v3: new PoolReader(rpc, contracts, deployment, 'v3'),
  };
  const known = new Map<string, Pool>();
  const pools: PoolTable = {
    find: (symbol) => known.get(symbol),
    state: async (pool, head) => (await readers[pool.version].states([pool], head)).states[0],
  };
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
  const opened = open(rpc, wallet, readers, { known, cancelsOpen, deployment });
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

type Begun = Pick<Open, 'deployment'> & {
  readonly known: Map<string, Pool>;
  readonly cancelsOpen: boolean;
};

async function open(
  rpc: Rpc,
  wallet: Wallet,
  readers: Readonly<Record<'v2' | 'v3', PoolReader>>,
  { known, cancelsOpen, deployment }: Begun,
): Promise<void> {
  await wallet.open();
  if (cancelsOpen) await wallet.cancelAll();
  const head = await latestHead(rpc);
  await demandOwnFactories(rpc, deployment, head);
  for (const reader of Object.values(readers)) {
    const { pools } = await reader.discover(head);
    for (const pool of pools) known.set(pool.symbol, pool);
  }
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

/** Never the text of an error that may hold what came in: words of ours alone. */
function reasonOf(error: unknown): string {
  if (error instanceof UserError || error instanceof RpcError) return error.message;
  return error instanceof Error ? `it failed (${error.name})` : 'it failed';
}

void serve(createInterface({ input: process.stdin })[Symbol.asyncIterator]()).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exit(1);
  },
);
