/** Amounts by coin as one line that a person edits: `USDT 1, USDC 0.5`. */
import type { z } from 'zod';

export type AmountsRead =
  | { readonly ok: true; readonly value: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly error: string };

/** In the order of the codes. */
export function amountsText(amounts: Readonly<Record<string, string>>): string {
  return Object.entries(amounts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([coin, amount]) => `${coin} ${amount}`)
    .join(', ');
}

/** Nothing at all is no amount of any coin. @param schema of the contract, which a coin or an amount must fit. */
export function readAmounts(text: string, schema: z.ZodType): AmountsRead {
  const amounts = new Map<string, string>();
  for (const part of text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')) {
    const [coin = '', amount, ...more] = part.split(/\s+/);
    if (amount === undefined || more.length > 0)
      return { ok: false, error: `“${part}” is no coin with an amount, such as USDT 1.` };
    if (amounts.has(coin)) return { ok: false, error: `${coin} is listed twice.` };
    if (!schema.safeParse({ [coin]: amount }).success || !/[1-9]/.test(amount) || amount.startsWith('-'))
      return {
        ok: false,
        error: `“${part}” has no code of a coin, or no amount above zero in plain digits.`,
      };
    amounts.set(coin, amount);
  }
  return { ok: true, value: Object.fromEntries(amounts) };
}
