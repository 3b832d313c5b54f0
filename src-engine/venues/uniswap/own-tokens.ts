/**
 * Tokens of a trader’s own, by their addresses. Anybody can give a token any name: one whose name is taken is called after its address too,
 * so that it is never added to, or traded against, what bears the name elsewhere.
 */
import { DEPLOYMENTS, type Token } from './deployments.ts';

export const MOST_OWN_TOKENS = 10;

/** Names of listed tokens on any chain, of coins with a chain of their own, of currencies, and of coins that stand for one. */
const TAKEN: ReadonlySet<string> = new Set([
  ...DEPLOYMENTS.flatMap(({ tokens }) => tokens.map(({ asset }) => asset)),
  ...'WETH BTC XBT BNB SOL XRP ADA DOGE DOT LTC BCH TRX AVAX ATOM TON XLM XMR SUI NEAR APT'.split(' '),
  ...'ALGO ETC FIL HBAR ICP POL MATIC XTZ EOS ZEC DASH KAS TIA SEI INJ STX VET'.split(' '),
  ...'USD EUR GBP CHF JPY CAD AUD SGD BRL TRY AED ARS CLP CNH CNY COP CZK DKK HKD HUF IDR ILS INR'.split(' '),
  ...'KRW MXN MYR NGN NOK NZD PEN PHP PKR PLN RON RUB SAR SEK THB TWD UAH VND ZAR'.split(' '),
  // Such a coin is worth its currency: a token that only has its name is not.
  ...'FDUSD PYUSD TUSD EURC BUSD GUSD USDP USDE USDS USDD RLUSD USDG EURT EURS EURI'.split(' '),
]);
const NAME = /^[A-Z0-9]{2,12}$/;
const KEPT_NAME = /^[A-Z0-9]{2,12}(\.[A-F0-9]{6})?$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
/** Hexadecimal digits of the address in a name. */
const DIGITS = 6;
/** Before these digits: operations take the names of assets up to sixteen characters. */
const LONGEST_BEFORE = 9;
const MOST_DECIMALS = 36;

/** As its contract says. */
export type OwnToken = {
  readonly address: string;
  readonly symbol: string | undefined;
  readonly decimals: number | undefined;
};

/**
 * What tokens were called when they were added, by address in small letters. A name stays: a contract may change its own, and another
 * token may come with the same.
 */
export type OwnNames = Readonly<Record<string, string>>;

export const isOwnName = (value: unknown): value is string =>
  typeof value === 'string' && KEPT_NAME.test(value);

export const isAddressText = (value: unknown): value is string =>
  typeof value === 'string' && ADDRESS.test(value);

export const isSameAddress = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/**
 * Names of these tokens beside those that are listed; and those that cannot be traded, with the reason.
 * @param names of tokens that were added before, also of others than these.
 */
export function namedTokens(
  own: readonly OwnToken[],
  names: OwnNames = {},
): {
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
    const others = own.filter((one) => !isSameAddress(one.address, address));
    const asset = nameOf(address, symbol, others, names);
    const holder =
      tokens.find((one) => one.asset === asset)?.address ??
      Object.keys(names).find((one) => names[one] === asset && !isSameAddress(one, address));
    if (holder === undefined) tokens.push({ address, decimals, asset });
    else
      leftOut.push({
        name: address,
        reason: `the name ${asset} belongs to the token ${holder}, which was added before`,
      });
  }
  return { tokens, leftOut };
}

function nameOf(address: string, symbol: string, others: readonly OwnToken[], names: OwnNames): string {
  const kept = names[address.toLowerCase()];
  if (kept !== undefined && !TAKEN.has(kept)) return kept;
  const name = symbol.toUpperCase();
  const isOthers =
    others.some((one) => one.symbol?.toUpperCase() === name) ||
    Object.entries(names).some(([one, its]) => its === name && !isSameAddress(one, address));
  if (NAME.test(name) && !TAKEN.has(name) && !isOthers) return name;
  const tail = address.slice(2, 2 + DIGITS).toUpperCase();
  return `${NAME.test(name) ? name.slice(0, LONGEST_BEFORE) : 'TOKEN'}.${tail}`;
}
