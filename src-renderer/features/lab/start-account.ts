/** What the account of a new run starts with, as it is typed: one asset, or balances by venue. */
import { assetName, venueName } from '../../../src-engine/contract/records.ts';
import { amountText } from '../../../src-engine/domain/value-schemas.ts';
import { plainFigure } from '../../lib/decimal-text.ts';
import { listParts } from '../../lib/figure-list.ts';
import { redisUrl } from '../../../src-engine/lib/server-address.ts';

export type StartAccount =
  | { readonly capital: Readonly<Record<string, string>> }
  | { readonly balances: Readonly<Record<string, Readonly<Record<string, string>>>> };

export type TypedAccount = { readonly asset: string; readonly amount: string; readonly balances: string };

export type CheckedAccount =
  | { readonly ok: true; readonly account: StartAccount }
  | { readonly ok: false; readonly field: 'capital' | 'balances'; readonly error: string };

/** Balances by venue replace the one amount. */
export function checkAccount({ asset, amount, balances }: TypedAccount): CheckedAccount {
  if (balances.trim() !== '') return checkBalances(balances.trim());
  const name = asset.trim().toUpperCase();
  const bad = (error: string): CheckedAccount => ({ ok: false, field: 'capital', error });
  if (!assetName.safeParse(name).success) return bad('Write the asset like USD.');
  const text = plainFigure(amount.trim());
  if (!amountText.safeParse(text).success || Number(text) === 0) return bad('The amount must be above zero.');
  return { ok: true, account: { capital: { [name]: text } } };
}

function checkBalances(text: string): CheckedAccount {
  const bad = (error: string): CheckedAccount => ({ ok: false, field: 'balances', error });
  const balances: Record<string, Record<string, string>> = {};
  for (const part of listParts(text)) {
    const [, venue = '', asset = '', typed = ''] = /^([^.=]+)\.([^=]+)=(.+)$/.exec(part) ?? [];
    const name = asset.trim().toUpperCase();
    const amount = plainFigure(typed.trim());
    const fits =
      venueName.safeParse(venue).success &&
      assetName.safeParse(name).success &&
      amountText.safeParse(amount).success;
    if (!fits) return bad(`“${part}” is not like kraken.USD=1000.`);
    const own = (balances[venue] ??= {});
    if (own[name] !== undefined) return bad(`${venue}.${name} is entered twice.`);
    own[name] = amount;
  }
  return { ok: true, account: { balances } };
}

/** The same as settings of a sweep: `capital.USD`, `balances.VENUE.USD`. */
export function accountBase(account: StartAccount): Record<string, string> {
  if ('capital' in account) {
    return Object.fromEntries(
      Object.entries(account.capital).map(([asset, amount]) => [`capital.${asset}`, amount]),
    );
  }
  return Object.fromEntries(
    Object.entries(account.balances).flatMap(([venue, own]) =>
      Object.entries(own).map(([asset, amount]) => [`balances.${venue}.${asset}`, amount]),
    ),
  );
}

/** Empty: fine, or nothing typed. What a Redis's address must not be is said before it is sent. */
export function redisError(typed: string): string {
  const text = typed.trim();
  if (text === '') return '';
  const url = redisUrl(text);
  if (url === undefined) return 'Write an address like redis://127.0.0.1:6379.';
  return url.password === ''
    ? ''
    : 'No password here: start the engine with PARALLAX_REDIS_PASSWORD set instead.';
}
