/** What is asked of an account before it may trade: rights of the key, fees in force, the venue's clock. */
import { type Decimal, decimal } from '../../../domain/decimal.ts';
import { fractionOf, makerFeeOf, noFees, takeFees } from '../../toolkit/account-fees.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import { refuseMissing, refuseWithdrawal } from '../../toolkit/key-rights.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import type { AccountCheck, AccountFees } from '../../venue-account.ts';
import type { PrivateRest } from './private-rest.ts';

const RIGHTS = ['can_view', 'can_trade', 'can_transfer'] as const;
const PERMISSIONS = '/key_permissions';
const SUMMARY = '/transaction_summary';
const PRODUCT = /^[^-/]+-[^-/]+$/;

/** @throws UserError when the key may move money, or may not do what is needed; else as PrivateRest.get. */
export async function checkAccount(rest: PrivateRest, symbols: readonly string[]): Promise<AccountCheck> {
  const skewUs = await rest.measureSkew();
  const key = await rest.get(PERMISSIONS);
  const permissions = rightsOf(key);
  requireRights(permissions);
  const fees = await readFees(rest, symbols);
  return { permissions, fees, skewUs, notes: notesOf(key) };
}

/** In the venue's own words. A right that is not said is no right, but for the one that is refused. */
export function rightsOf(key: Json): string[] {
  if (typeof key['can_transfer'] !== 'boolean' || typeof key['can_trade'] !== 'boolean')
    throw new VenueUnreachable(PERMISSIONS, 'the answer does not say what the key may do');
  return RIGHTS.filter((name) => key[name] === true);
}

/** @throws UserError naming what is too much or missing. */
export function requireRights(rights: readonly string[]): void {
  refuseWithdrawal(
    rights.filter((name) => name === 'can_transfer'),
    '“Transfer”',
  );
  refuseMissing(
    ['can_view', 'can_trade'].filter((name) => !rights.includes(name)),
    'Allow “View” and “Trade” for this key in the Coinbase Developer Platform.',
  );
}

function notesOf({ portfolio_type: type }: Json): string[] {
  const portfolio =
    typeof type === 'string' && /^\w{1,40}$/.test(type)
      ? `The key sees one portfolio (${type}): money and orders of your other portfolios are not shown or canceled.`
      : 'The key sees one portfolio: money and orders of your other portfolios are not shown or canceled.';
  return [
    portfolio,
    'Coinbase does not say from which IP addresses the key works: set yours in the Coinbase Developer Platform.',
  ];
}

/**
 * Fees in force, as fractions: one for all products of the spot market, by the account's tier. Tax that comes on top is counted.
 * Absent where the account does not say. @throws as PrivateRest.get.
 */
export async function readFees(
  rest: Pick<PrivateRest, 'get'>,
  symbols: readonly string[],
): Promise<AccountFees> {
  const fees = noFees();
  if (symbols.length === 0) return fees;
  const summary = await rest.get(SUMMARY, [['product_type', 'SPOT']]);
  const { fee_tier: tier, goods_and_services_tax: tax } = summary;
  const rates: Json = isObject(tier) ? tier : {};
  const onTop = taxOf(tax)?.plus(1);
  if (onTop === undefined) return fees;
  const taker = fractionOf(rates['taker_fee_rate'])?.times(onTop);
  const maker = makerFeeOf(rates['maker_fee_rate'])?.times(onTop);
  for (const symbol of symbols.filter((one) => PRODUCT.test(one))) takeFees(fees, symbol, taker, maker);
  return fees;
}

/** Part of the fee that is charged on top of it; undefined where that cannot be read. */
function taxOf(tax: unknown): Decimal | undefined {
  if (tax === null || tax === undefined) return decimal('0');
  if (!isObject(tax)) return undefined;
  const { rate, type } = tax;
  if (type === 'INCLUSIVE' || rate === '' || rate === undefined || rate === null) return decimal('0');
  return type === 'EXCLUSIVE' ? fractionOf(rate) : undefined;
}
