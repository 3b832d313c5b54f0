/** Amounts by coin as one line that a person edits: `USDC 0.5, USDT 1`, beside a decimal comma `USDC 0,5; USDT 1`. */
import type { z } from 'zod';
import { plainFigure, withPoint } from '../../lib/decimal-text.ts';
import { listParts, listText } from '../../lib/figure-list.ts';

export type AmountsRead =
  | { readonly ok: true; readonly value: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly error: string };

/** In the order of the codes. */
export function amountsText(amounts: Readonly<Record<string, string>>): string {
  const parts = Object.entries(amounts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([coin, amount]) => `${coin} ${withPoint(amount)}`);
  return listText(parts);
}

/** Nothing at all is no amount of any coin. @param schema of the contract, which a coin or an amount must fit. */
export function readAmounts(text: string, schema: z.ZodType): AmountsRead {
  const amounts = new Map<string, string>();
  for (const part of listParts(text).filter((one) => one !== '')) {
    const [coin = ''] = part.split(/\s/, 1);
    // A space may part thousands.
    const amount = plainFigure(part.slice(coin.length).trim());
    if (amount === '' || /\s/.test(amount))
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
