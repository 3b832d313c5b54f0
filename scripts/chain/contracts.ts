/** Uniswap on a local chain in this process: the contracts of npm's packages, some tokens, and pools with seeded liquidity. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Abi, decodeEventLog, encodeAbiParameters, encodeFunctionData, type Hex, parseAbi } from 'viem';
import type { Rpc } from '../../src-engine/venues/uniswap/process/rpc.ts';

type Artifact = { readonly abi: Abi; readonly bytecode: Hex };
type Log = { readonly address: string; readonly topics: [Hex, ...Hex[]]; readonly data: Hex };
type Receipt = {
  readonly status: string;
  readonly contractAddress: string | null;
  readonly logs: readonly Log[];
  readonly gasUsed: string;
};

/** Where `install.mjs` puts what this needs: out of the way of everything that looks through the project’s sources. */
export const INSTALLED = join(import.meta.dirname, '../../node_modules/.cache/chain');

export const FAR = 9_999_999_999n;

export function artifact(path: string): Artifact {
  const json = JSON.parse(readFileSync(join(INSTALLED, 'node_modules', path), 'utf8')) as {
    readonly abi: Abi;
    readonly bytecode?: string;
    readonly evm?: { readonly bytecode: { readonly object: string } };
  };
  const code = json.bytecode ?? json.evm?.bytecode.object ?? '';
  return { abi: json.abi, bytecode: (code.startsWith('0x') ? code : `0x${code}`) as Hex };
}

export class LocalChain {
  readonly rpc: Rpc;
  /** Gas of the last transaction. */
  gasUsed = 0n;
  #from = '';

  private constructor(rpc: Rpc) {
    this.rpc = rpc;
  }

  static async start(): Promise<LocalChain> {
    // Not one of the project's packages: its types are not there.
    const name: string = pathToFileURL(join(INSTALLED, 'node_modules/hardhat/dist/src/index.js')).href;
    process.chdir(INSTALLED);
    const { network } = (await import(name)) as {
      readonly network: {
        connect(): Promise<{
          readonly provider: {
            request(call: { readonly method: string; readonly params: readonly unknown[] }): Promise<unknown>;
          };
        }>;
      };
    };
    const { provider } = await network.connect();
    const chain = new LocalChain({ call: (method, params) => provider.request({ method, params }) });
    chain.#from = ((await chain.rpc.call('eth_accounts', [])) as string[])[0] as string;
    return chain;
  }

  get account(): string {
    return this.#from;
  }

  async deploy({ abi, bytecode }: Artifact, args: readonly unknown[] = []): Promise<string> {
    const inputs = abi.find((item) => item.type === 'constructor')?.inputs ?? [];
    const tail = inputs.length === 0 ? '' : encodeAbiParameters(inputs, args).slice(2);
    const { contractAddress } = await this.#mined({ data: `${bytecode}${tail}` as Hex });
    return contractAddress as string;
  }

  /** @throws Error where the contract reverts. */
  async send(to: string, abi: Abi, functionName: string, args: readonly unknown[]): Promise<readonly Log[]> {
    const { logs } = await this.#mined({ to, data: encodeFunctionData({ abi, functionName, args }) });
    return logs;
  }

  /** Waits for the next block, before everything that offers less. */
  async queue(to: string, abi: Abi, functionName: string, args: readonly unknown[]): Promise<void> {
    const data = encodeFunctionData({ abi, functionName, args });
    const fees = { maxFeePerGas: '0x174876e800', maxPriorityFeePerGas: '0x12a05f2000' };
    await this.rpc.call('eth_sendTransaction', [{ from: this.#from, gas: '0x4c4b40', to, data, ...fees }]);
  }

  /** What an account holds of a token, in its smallest units. */
  async balanceOf(token: string, account: string): Promise<bigint> {
    const data = encodeFunctionData({ abi: ERC20, functionName: 'balanceOf', args: [account as Hex] });
    return BigInt((await this.rpc.call('eth_call', [{ to: token, data }, 'latest'])) as string);
  }

  async #mined(transaction: object): Promise<Receipt> {
    const hash = await this.rpc.call('eth_sendTransaction', [
      { from: this.#from, gas: '0xe4e1c0', ...transaction },
    ]);
    const receipt = (await this.rpc.call('eth_getTransactionReceipt', [hash])) as Receipt | null;
    if (receipt?.status !== '0x1') throw new Error('the transaction was reverted');
    this.gasUsed = BigInt(receipt.gasUsed);
    return receipt;
  }
}

const ERC20 = parseAbi(['function balanceOf(address) view returns (uint256)']);
const SWAPS = parseAbi([
  'event Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, address indexed to)',
  'event Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1, uint160 sqrtPriceX96, uint128 liquidity, int24 tick)',
]);

/** What the pool itself says of a swap. */
export function swapIn(logs: readonly Log[], pool: string): Readonly<Record<string, unknown>> {
  for (const { address, topics, data } of logs) {
    if (address.toLowerCase() !== pool.toLowerCase()) continue;
    try {
      const { eventName, args } = decodeEventLog({ abi: SWAPS, topics, data });
      if (eventName === 'Swap') return args;
    } catch {
      // Another event of the pool.
    }
  }
  throw new Error('the pool made no swap');
}
