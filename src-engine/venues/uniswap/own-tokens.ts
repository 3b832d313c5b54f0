/**
 * Tokens of a trader’s own, by their addresses. Anybody can give a token any name: one whose name is taken is called after its address too,
 * so that it is never added to, or traded against, what bears the name elsewhere.
 */
import { DEPLOYMENTS, type Token } from './deployments.ts';

export const MOST_OWN_TOKENS = 10;

/** Names of listed tokens on any chain, of currencies, and of coins with a chain of their own. */
const TAKEN: ReadonlySet<string> = new Set([
  ...DEPLOYMENTS.flatMap(({ tokens }) => tokens.map(({ asset }) => asset)),
  ...'WETH BTC XBT BNB SOL XRP ADA DOGE DOT LTC BCH TRX AVAX ATOM TON XLM XMR SUI NEAR APT'.split(' '),
  ...'ALGO ETC FIL HBAR ICP POL MATIC USD EUR GBP CHF JPY CAD AUD SGD BRL TRY'.split(' '),
]);
const NAME = /^[A-Z0-9]{2,12}$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
/** Hexadecimal digits of the address in a name. */
const DIGITS = 6;
const MOST_DECIMALS = 36;

/** As its contract says. */
export type OwnToken = {
  readonly address: string;
  readonly symbol: string | undefined;
  readonly decimals: number | undefined;
};

export const isAddressText = (value: unknown): value is string =>
  typeof value === 'string' && ADDRESS.test(value);

export const isSameAddress = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Names of these tokens beside those that are listed; and those that cannot be traded, with the reason. */
export function namedTokens(own: readonly OwnToken[]): {
  readonly tokens: readonly Token[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
} {
  const tokens: Token[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const { address, symbol = '', decimals } of own) {
    if (decimals === undefined || !Number.isInteger(decimals) || decimals < 0 || decimals > MOST_DECIMALS) {
      const reason =
        decimals === undefined ? 'there is no token there' : `its contract counts ${decimals} decimals`;
      leftOut.push({ name: address, reason });
      continue;
    }
    const name = symbol.toUpperCase();
    const others = own.filter((one) => one.symbol?.toUpperCase() === name).length;
    const isFree = NAME.test(name) && !TAKEN.has(name) && others === 1;
    const tail = address.slice(2, 2 + DIGITS).toUpperCase();
    tokens.push({ address, decimals, asset: isFree ? name : `${NAME.test(name) ? name : 'TOKEN'}.${tail}` });
  }
  return { tokens, leftOut };
}
