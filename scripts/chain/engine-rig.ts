/** The product’s own engine as a process, with a wallet of the local chain at each version of Uniswap: how it is started, armed and held against the chain. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseTransaction, type TransactionSerializedEIP1559 } from 'viem';
import { CLI_SOURCES } from '../../src-engine/testing/cli-entry.ts';
import { writePaperRecord } from '../../src-engine/testing/paper-record.ts';
import { connectEngine, type EngineClient } from '../../src-engine/testing/patient-client.ts';
import { CHAIN_FOLDER, localChainFile, localChainText } from '../../src-engine/venues/uniswap/local-chain.ts';
import { loadWalletCalls } from '../../src-engine/venues/uniswap/wallet/calls.ts';
import { countAt, wordAt } from '../../src-engine/venues/uniswap/wallet/receipts.ts';
import { balancesAt } from '../../src-engine/venues/uniswap/wallet/standing.ts';
import { latestHead } from '../../src-engine/venues/uniswap/process/heads.ts';
import { asked, until } from '../trials/numbers.ts';
import { FAR } from './contracts.ts';
import { served } from './served.ts';
import type { SessionParts } from './session.ts';

const ROOT = join(import.meta.dirname, '../..');
const ADAPTERS = ['uniswap-v2', 'uniswap-v3'] as const;
/** Keys of this trial alone. */
const KEYS = [`0x${'6c'.repeat(32)}`, `0x${'6d'.repeat(32)}`] as const;
const E18 = 10n ** 18n;
const BLOCK_MS = 1_000;
const PAPER_CYCLES = 300;
const WATCHDOG_SECONDS = 5;
/** Of a first order of a cycle that is armed a hundredth is begun with: it must be worth an order. */
const START_NOTIONAL = '12000';
const MOST_OUTPUT = 100_000;

/** What a signed transaction that reached the node is to do. `cancel` and `reset` are of no order that is to be made. */
export type Arrived = {
  readonly kind: 'order' | 'harmless';
  readonly raw: string;
  readonly atMs: number;
};

export class PoolRig {
  readonly violations: string[] = [];
  readonly arrived: Arrived[] = [];
  readonly dataDir: string;
  /** A block a second, as a chain has. */
  isMining = true;
  readonly #parts: SessionParts;
  readonly #calls: Awaited<ReturnType<typeof loadWalletCalls>>;
  readonly #wallets: readonly string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #close: () => void;
  #engine: ChildProcess | undefined;
  #output = '';
  #timer: NodeJS.Timeout | undefined;
  #mining: Promise<unknown> = Promise.resolve();

  private constructor(
    parts: SessionParts,
    calls: Awaited<ReturnType<typeof loadWalletCalls>>,
    dataDir: string,
    close: () => void,
  ) {
    this.#parts = parts;
    this.#calls = calls;
    this.#wallets = KEYS.map((key) => calls.signer(key).address);
    this.dataDir = dataDir;
    this.#close = close;
    this.#env = { ...process.env, PARALLAX_SECRETS: `file:${join(dataDir, 'secrets')}` };
  }

  static async start(parts: SessionParts): Promise<PoolRig> {
    const { chain, deployment, token } = parts;
    const { rpc } = chain;
    const calls = await loadWalletCalls();
    const dataDir = mkdtempSync(join(tmpdir(), 'parallax-pools-'));
    mkdirSync(join(dataDir, 'secrets'), { mode: 0o700 });
    const started = { rig: undefined as PoolRig | undefined };
    const node = await served(chain, (raw) => started.rig?.take(raw));
    const rig = new PoolRig(parts, calls, dataDir, () => node.close());
    started.rig = rig;
    await rpc.call('evm_setAutomine', [true]);
    for (const wallet of rig.#wallets) {
      await rpc.call('hardhat_setBalance', [wallet, `0x${(10n * E18).toString(16)}`]);
      for (const { asset, address } of deployment.tokens)
        await chain.send(address, token, 'transfer', [wallet, asset === 'ETH' ? 10n * E18 : 30_000n * E18]);
    }
    const { chainId, v2Factory, v3Factory, multicall, routers, tokens } = deployment;
    const contracts = JSON.stringify({ chainId, v2Factory, v3Factory, multicall, routers, tokens });
    const file = localChainFile(join(dataDir, CHAIN_FOLDER));
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, localChainText(node.endpoint, contracts, 'trial'), { mode: 0o600 });
    // A block for each transaction would have the chain's time run ahead: each is a second later at least, and an order has two.
    await rpc.call('evm_setAutomine', [false]);
    await writePaperRecord(dataDir, PAPER_CYCLES);
    for (const [at, venue] of ADAPTERS.entries())
      await rig.#run(['key', '--set', '--venue', venue], `${rig.#wallets[at]}\n${KEYS[at]}\n`);
    rig.#timer = setInterval(() => {
      if (rig.isMining) void rig.mine();
    }, BLOCK_MS);
    return rig;
  }

  get client(): EngineClient {
    return connectEngine(this.dataDir, 'trials');
  }

  breach(what: string): void {
    if (this.violations.length < 20) this.violations.push(what);
  }

  take(raw: string): void {
    const { data = '0x' } = parseTransaction(raw as TransactionSerializedEIP1559);
    const isReset = /^0x095ea7b3[0-9a-f]{64}0{64}$/.test(data);
    if (this.arrived.some((one) => one.raw === raw)) return;
    this.arrived.push({ kind: data === '0x' || isReset ? 'harmless' : 'order', raw, atMs: Date.now() });
  }

  /** One block after the other. */
  mine(): Promise<unknown> {
    this.#mining = this.#mining.then(() => this.#parts.chain.rpc.call('evm_mine', []));
    return this.#mining;
  }

  startEngine(): void {
    const options = ['--profile', 'rehearsal', '--data-dir', this.dataDir, '--venues', ADAPTERS.join(',')];
    const more = ['--watchdog-seconds', String(WATCHDOG_SECONDS), '--no-open', '--port', '0'];
    this.#engine = this.#spawn(['serve', ...options, ...more]);
  }

  #spawn(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [join(ROOT, CLI_SOURCES), ...args], {
      cwd: ROOT,
      env: this.#env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-MOST_OUTPUT);
      });
    return child;
  }

  async #run(args: readonly string[], input: string): Promise<void> {
    const child = this.#spawn([...args, '--data-dir', this.dataDir]);
    child.stdin?.end(input);
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`${args.join(' ')}: ${this.#output.slice(-1_000)}`);
  }

  signal(name: NodeJS.Signals): void {
    this.#engine?.kill(name);
  }

  async ended(): Promise<void> {
    const engine = this.#engine;
    await until(
      'the end of the engine',
      () => engine?.exitCode !== null || engine.signalCode !== null,
      Boolean,
    );
  }

  /** Processes that sign, of the engine that runs now. */
  signers(): number[] {
    const pid = this.#engine?.pid ?? 0;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((one) => {
        try {
          const parent = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1]);
          return parent === pid && readFileSync(`/proc/${one}/cmdline`, 'utf8').includes('wallet/main.ts');
        } catch {
          return false;
        }
      });
  }

  /** Lets both wallets trade, as an operator would. */
  async arm(): Promise<void> {
    await asked(
      'both accounts',
      () => this.client.call('getArming', {}),
      ({ venues }) => venues.length === ADAPTERS.length,
    );
    await this.client.call('resumeTrading', {});
    const limits = { maxOrderNotional: '20000', maxOpenNotional: '20000' };
    await this.client.call('updateLimits', { ...limits, maxPositionPct: 100, maxGrossExposurePct: 100 });
    const detection = { crossVenue: true, tradeCrossVenue: true, maxStartNotional: START_NOTIONAL };
    await this.client.call('updateDetection', detection);
    await asked(
      'the arming of both wallets',
      async () => {
        const { venues } = await this.client.call('getArming', {});
        const left: string[] = [];
        for (const { venue, title, state, checklist } of venues) {
          if (state !== 'disarmed') continue;
          if (checklist.some(({ id, ok }) => id === 'not-halted' && !ok))
            await this.client.call('resumeTrading', {});
          const lacking = checklist.filter(({ ok }) => !ok).map(({ id, detail }) => `${id}: ${detail}`);
          left.push(`${venue}: ${lacking.join('; ')}`);
          if (lacking.length === 0) await this.client.call('armLive', { venue, title });
        }
        return left;
      },
      (left) => left.length === 0,
    );
  }

  /** Somebody sells to the pair of v2: it asks less than the pool of v3 pays then. Waits for a block. */
  async apart(): Promise<void> {
    const { chain, deployment, router2 } = this.#parts;
    const { tokens, routers } = deployment;
    const path = [tokens[1]?.address, tokens[0]?.address];
    const terms = [8n * E18, 0n, path, chain.account, FAR];
    await chain.queue(routers?.v2 ?? '', router2, 'swapExactTokensForTokens', terms);
  }

  /** An order was sent, and waits: no block comes any longer. */
  async midOrder(): Promise<void> {
    await this.apart();
    let seen = this.arrived.length;
    await until(
      'an order that waits',
      async () => {
        const isNew = this.arrived.slice(seen).some(({ kind }) => kind === 'order');
        if (!isNew) return false;
        this.isMining = false;
        await this.#mining;
        if ((await this.waiting()) > 0) return true;
        // It was mined by a block that had begun.
        this.isMining = true;
        seen = this.arrived.length;
        return false;
      },
      Boolean,
    );
  }

  /** Transactions of both wallets that wait for a block. */
  async waiting(): Promise<number> {
    const { rpc } = this.#parts.chain;
    const { number } = await latestHead(rpc);
    let count = 0;
    for (const wallet of this.#wallets)
      count += (await countAt(rpc, wallet, 'pending')) - (await countAt(rpc, wallet, number));
    return count;
  }

  /** What routers may still take of the wallets. */
  async allowed(): Promise<bigint> {
    const { chain, deployment } = this.#parts;
    const { number } = await latestHead(chain.rpc);
    let sum = 0n;
    for (const wallet of this.#wallets)
      for (const { address } of deployment.tokens)
        for (const router of Object.values(deployment.routers ?? {}))
          sum += await wordAt(chain.rpc, address, this.#calls.allowance(wallet, router), number);
    return sum;
  }

  /** The accounts were compared and agree, and the ledger is what the chain has, to the last unit. */
  async demandLedgers(): Promise<void> {
    await asked(
      'accounts that agree',
      () => this.client.call('getAccountStanding', {}),
      ({ venues }) =>
        venues.length === ADAPTERS.length &&
        venues.every(({ agreedUs, refusal }) => agreedUs !== null && refusal === ''),
    );
    await asked(
      'a ledger that is the chain’s',
      () => this.differences(),
      (different) => different.length === 0,
    ).catch((error: unknown) => this.breach(String(error)));
  }

  async differences(): Promise<string[]> {
    const { chain, deployment } = this.#parts;
    const { balances } = await this.client.call('getSnapshot', {});
    const ours = new Map(balances.map(({ asset, total }) => [asset, total]));
    const { number } = await latestHead(chain.rpc);
    const found: string[] = [];
    for (const [at, venue] of ADAPTERS.entries()) {
      const wallet = this.#wallets[at] ?? '';
      for (const { asset, total } of await balancesAt(chain.rpc, this.#calls, deployment, wallet, number)) {
        const own = ours.get(`${asset}@sim-${venue}`) ?? '0';
        if (own !== total) found.push(`${asset} at ${venue}: ${total} there, ${own} here`);
      }
    }
    return found;
  }

  get output(): string {
    return this.#output;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#mining;
    if (this.#engine !== undefined && this.#engine.exitCode === null && this.#engine.signalCode === null) {
      this.signal('SIGCONT');
      this.signal('SIGTERM');
      await this.ended().catch(() => this.signal('SIGKILL'));
    }
    this.#close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
