/** Calls of Uniswap’s contracts, encoded and decoded by viem. It is loaded when a process with pools starts, and nowhere else. */
import type { Abi, Hex } from 'viem';

/** One call of a contract, and how its answer is read. @throws for an answer that is none. */
export type Call<T> = { readonly to: string; readonly data: Hex; readonly read: (data: Hex) => T };

export type Contracts = Awaited<ReturnType<typeof loadContracts>>;

export const SIGNATURES = [
  'function getPair(address, address) view returns (address)',
  'function getPool(address, address, uint24) view returns (address)',
  'function getReserves() view returns (uint112, uint112, uint32)',
  'function token0() view returns (address)',
  'function token1() view returns (address)',
  'function decimals() view returns (uint8)',
  'function symbol() view returns (string)',
  'function slot0() view returns (uint160, int24, uint16, uint16, uint16, uint8, bool)',
  'function liquidity() view returns (uint128)',
  'function tickSpacing() view returns (int24)',
  'function tickBitmap(int16) view returns (uint256)',
  'function ticks(int24) view returns (uint128, int128, uint256, uint256, int56, uint160, uint32, bool)',
  'function getBlockNumber() view returns (uint256)',
  'function getL1FeeUpperBound(uint256) view returns (uint256)',
  'function getOperatorFee(uint256) view returns (uint256)',
  'function getPricesInWei() view returns (uint256, uint256, uint256, uint256, uint256, uint256)',
  'struct Call { address target; bool allowFailure; bytes callData; }',
  'struct Result { bool success; bytes returnData; }',
  'function aggregate3(Call[] calls) payable returns (Result[] returnData)',
] as const;

export async function loadContracts() {
  const { parseAbi, encodeFunctionData, decodeFunctionResult } = await import('viem');
  const abi: Abi = parseAbi(SIGNATURES);
  const call = <T>(
    to: string,
    functionName: string,
    args: readonly unknown[],
    read: (value: unknown) => T,
  ): Call<T> => ({
    to,
    data: encodeFunctionData({ abi, functionName, args }),
    read: (data) => read(decodeFunctionResult({ abi, functionName, data })),
  });
  const big = (value: unknown): bigint => value as bigint;
  const number = (value: unknown): number => Number(value);
  const address = (value: unknown): string => String(value).toLowerCase();
  const list = (value: unknown): readonly unknown[] => value as readonly unknown[];
  return {
    pair: (factory: string, a: string, b: string) => call(factory, 'getPair', [a, b], address),
    pool: (factory: string, a: string, b: string, fee: number) =>
      call(factory, 'getPool', [a, b, fee], address),
    token0: (pool: string) => call(pool, 'token0', [], address),
    token1: (pool: string) => call(pool, 'token1', [], address),
    decimals: (token: string) => call(token, 'decimals', [], number),
    /** Of an address that may be no token: undefined where it does not answer so. */
    anyDecimals: (token: string) => lenient(call(token, 'decimals', [], number)),
    anySymbol: (token: string) => lenient(call(token, 'symbol', [], String)),
    reserves: (pair: string) =>
      call(pair, 'getReserves', [], (value) => [big(list(value)[0]), big(list(value)[1])] as const),
    slot0: (pool: string) =>
      call(pool, 'slot0', [], (value) => ({ sqrtPrice: big(list(value)[0]), tick: number(list(value)[1]) })),
    liquidity: (pool: string) => call(pool, 'liquidity', [], big),
    tickSpacing: (pool: string) => call(pool, 'tickSpacing', [], number),
    bitmap: (pool: string, word: number) => call(pool, 'tickBitmap', [word], big),
    net: (pool: string, tick: number) => call(pool, 'ticks', [tick], (value) => big(list(value)[1])),
    /** Wei, at most, for the data of a transaction of so many bytes without its signature, which the oracle adds. */
    l1FeeUpperBound: (oracle: string, bytes: number) =>
      call(oracle, 'getL1FeeUpperBound', [BigInt(bytes)], big),
    operatorFee: (oracle: string, gas: bigint) => call(oracle, 'getOperatorFee', [gas], big),
    /** Wei for each byte of a transaction’s data. */
    weiForByte: (info: string) => call(info, 'getPricesInWei', [], (value) => big(list(value)[1])),
    blockNumber: (multicall: string) => call(multicall, 'getBlockNumber', [], number),
    /** Many calls as one; each is read by itself, and one that failed in the contract is undefined. */
    many: (multicall: string, calls: readonly Call<unknown>[]) =>
      call(
        multicall,
        'aggregate3',
        [calls.map(({ to, data }) => ({ target: to, allowFailure: true, callData: data }))],
        (value) => list(value) as readonly { readonly success: boolean; readonly returnData: Hex }[],
      ),
  };
}

/** As the call, where what it answers may be anything. */
function lenient<T>({ read, ...asked }: Call<T>): Call<T | undefined> {
  return {
    ...asked,
    read: (data) => {
      try {
        return read(data);
      } catch {
        return undefined;
      }
    },
  };
}
