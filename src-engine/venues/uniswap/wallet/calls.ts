/**
 * Calls of tokens and routers, encoded by viem, and the key that signs them. Loaded where swaps are signed, and nowhere else.
 * Sources: EIP-20; Uniswap, "Router02" and "SwapRouter" (interfaces ISwapRouter and IUniswapV2Router01), whose swaps all have a deadline.
 */
import type { Hex } from 'viem';

const SIGNATURES = [
  'function approve(address spender, uint256 amount) returns (bool)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'function balanceOf(address owner) view returns (uint256)',
  'function swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline) returns (uint256[] amounts)',
  'function swapTokensForExactTokens(uint256 amountOut, uint256 amountInMax, address[] path, address to, uint256 deadline) returns (uint256[] amounts)',
  'struct ExactIn { address tokenIn; address tokenOut; uint24 fee; address recipient; uint256 deadline; uint256 amountIn; uint256 amountOutMinimum; uint160 sqrtPriceLimitX96; }',
  'function exactInputSingle(ExactIn params) payable returns (uint256 amountOut)',
  'struct ExactOut { address tokenIn; address tokenOut; uint24 fee; address recipient; uint256 deadline; uint256 amountOut; uint256 amountInMaximum; uint160 sqrtPriceLimitX96; }',
  'function exactOutputSingle(ExactOut params) payable returns (uint256 amountIn)',
] as const;

/** A swap of one pool, for an exact amount in or out, whole or not at all. */
export type SwapCall = {
  readonly version: 'v2' | 'v3';
  /** Of a million. */
  readonly fee: number;
  readonly tokenIn: string;
  readonly tokenOut: string;
  readonly recipient: string;
  readonly deadlineS: number;
  readonly isExactIn: boolean;
  /** Exact, or at most. */
  readonly amountIn: bigint;
  /** At least, or exact. */
  readonly amountOut: bigint;
};

export type Unsigned = {
  readonly chainId: number;
  readonly nonce: number;
  readonly to: string;
  readonly data: string;
  readonly gas: bigint;
  /** Wei for a unit of gas, at most and on top of the base fee (EIP-1559). */
  readonly maxFee: bigint;
  readonly tip: bigint;
};

/** A key, and nothing that shows it. The same transaction is signed the same way each time (RFC 6979): its hash is known before it is sent. */
export type Signer = {
  readonly address: string;
  sign(transaction: Unsigned): Promise<{ readonly raw: string; readonly hash: string }>;
};

export type WalletCalls = Awaited<ReturnType<typeof loadWalletCalls>>;

export async function loadWalletCalls() {
  const { parseAbi, encodeFunctionData, keccak256, toEventSelector } = await import('viem');
  const { privateKeyToAccount } = await import('viem/accounts');
  const abi = parseAbi(SIGNATURES);
  const hex = (address: string): Hex => address as Hex;
  return {
    transferTopic: toEventSelector('Transfer(address,address,uint256)'),
    approve: (spender: string, amount: bigint): Hex =>
      encodeFunctionData({ abi, functionName: 'approve', args: [hex(spender), amount] }),
    allowance: (owner: string, spender: string): Hex =>
      encodeFunctionData({ abi, functionName: 'allowance', args: [hex(owner), hex(spender)] }),
    balanceOf: (owner: string): Hex =>
      encodeFunctionData({ abi, functionName: 'balanceOf', args: [hex(owner)] }),
    swap: (swap: SwapCall): Hex => encodeFunctionData({ abi, ...swapOf(swap) }),
    signer: (key: Hex): Signer => {
      const account = privateKeyToAccount(key);
      return {
        address: account.address.toLowerCase(),
        async sign({ chainId, nonce, to, data, gas, maxFee, tip }) {
          const raw = await account.signTransaction({
            type: 'eip1559',
            chainId,
            nonce,
            to: hex(to),
            data: data as Hex,
            value: 0n,
            gas,
            maxFeePerGas: maxFee,
            maxPriorityFeePerGas: tip,
          });
          return { raw, hash: keccak256(raw) };
        },
      };
    },
  };
}

function swapOf({ version, isExactIn, amountIn, amountOut, deadlineS, ...swap }: SwapCall) {
  const [tokenIn, tokenOut, recipient] = [
    swap.tokenIn as Hex,
    swap.tokenOut as Hex,
    swap.recipient as Hex,
  ] as const;
  const deadline = BigInt(deadlineS);
  if (version === 'v2') {
    const path = [tokenIn, tokenOut];
    return isExactIn
      ? ({
          functionName: 'swapExactTokensForTokens',
          args: [amountIn, amountOut, path, recipient, deadline],
        } as const)
      : ({
          functionName: 'swapTokensForExactTokens',
          args: [amountOut, amountIn, path, recipient, deadline],
        } as const);
  }
  // No limit of the price inside of the pool: it would make a part of the swap, and the rest of its allowance would stay.
  const common = { tokenIn, tokenOut, fee: swap.fee, recipient, deadline, sqrtPriceLimitX96: 0n };
  return isExactIn
    ? ({
        functionName: 'exactInputSingle',
        args: [{ ...common, amountIn, amountOutMinimum: amountOut }],
      } as const)
    : ({
        functionName: 'exactOutputSingle',
        args: [{ ...common, amountOut, amountInMaximum: amountIn }],
      } as const);
}
