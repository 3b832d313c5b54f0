/** What is asked of an account before it may trade: rights of the key, commissions in force, the venue's clock. */
import { Decimal, decimal } from '../../../domain/decimal.ts';
import { UserError } from '../../../domain/errors.ts';
import { isAmount } from '../../toolkit/account-fields.ts';
import { fractionOf, makerFeeOf, noFees, takeFees } from '../../toolkit/account-fees.ts';
import { refuseMissing, refuseWithdrawal } from '../../toolkit/key-rights.ts';
import type { AccountCheck, AccountFees } from '../../venue-account.ts';
import type { BinanceDialect } from '../dialect.ts';
import { BinanceRefused, UNKNOWN_SYMBOL } from '../rest-errors.ts';
import type { PrivateRest } from './private-rest.ts';
import { readHeld } from './read-account.ts';
import { isObject, type Json, wordOf } from '../../toolkit/json.ts';

/** Rights of a key as `apiRestrictions` names them, with the words of the settings page. */
const READ = ['enableReading', 'Enable Reading'] as const;
const TRADE = ['enableSpotAndMarginTrading', 'Enable Spot & Margin Trading'] as const;
const WITHDRAW = ['enableWithdrawals', 'Enable Withdrawals'] as const;
/** Rights that move money between accounts and wallets of the same owner. */
const MOVES: ReadonlyMap<string, string> = new Map([
  ['enableInternalTransfer', 'Enable Internal Transfer'],
  ['permitsUniversalTransfer', 'Permits Universal Transfer'],
]);
/** Says nothing of what may be done. */
const NO_RIGHT: ReadonlySet<string> = new Set(['ipRestrict', 'createTime', 'tradingAuthorityExpirationTime']);
/** Binance.US: maker and taker commission of every symbol. */
const FEE_LIST = '/sapi/v1/asset/query/trading-fee';
/** Of weight 20 each: half of the 6,000 that an address may use in a minute, as snapshots of books need the rest. */
const SYMBOLS_A_MINUTE = 150;

/**
 * @throws UserError when the key may withdraw, or may not do what is needed.
 * @throws BinanceRefused, BinanceThrottled, BinanceUnreachable.
 */
export async function checkAccount(
  rest: PrivateRest,
  dialect: BinanceDialect,
  symbols: readonly string[],
  minute: () => Promise<void>,
): Promise<AccountCheck> {
  const skewUs = await rest.measureSkew();
  const restrictions = await restrictionsOf(rest, dialect);
  if (restrictions === undefined) return await checkWithoutRights(rest, dialect, symbols, skewUs, minute);
  requireRights(restrictions, dialect.title);
  const permissions = Object.keys(restrictions).filter(
    (name) => restrictions[name] === true && !NO_RIGHT.has(name),
  );
  return {
    permissions,
    fees: await readFees(rest, dialect, symbols, minute),
    skewUs,
    notes: notesOf(restrictions, dialect.title),
  };
}

/**
 * Rights of the key; undefined where the venue has no such call and says so itself. A proxy between that answers 404 says nothing of the
 * venue: a key that may withdraw must not pass for it. @throws as `checkAccount`.
 */
async function restrictionsOf(rest: PrivateRest, { account }: BinanceDialect): Promise<Json | undefined> {
  try {
    return await rest.object('/sapi/v1/account/apiRestrictions');
  } catch (error) {
    const isAbsent = error instanceof BinanceRefused && error.status === 404;
    if (isAbsent && account.rights === 'maybe-absent') return undefined;
    throw error;
  }
}

/** What the account answers; of the key nothing is known but that it may read. @throws as `checkAccount`. */
async function checkWithoutRights(
  rest: PrivateRest,
  dialect: BinanceDialect,
  symbols: readonly string[],
  skewUs: number,
  minute: () => Promise<void>,
): Promise<AccountCheck> {
  const { title } = dialect;
  const { canTrade } = await rest.object('/api/v3/account');
  if (canTrade !== true)
    throw new UserError({
      code: 'key-lacks-permission',
      field: 'API key',
      value: `canTrade: ${wordOf(canTrade)}`,
      message: 'belongs to an account that may not trade',
      remedy: `Look at the state of the account at ${title}.`,
    });
  return {
    permissions: ['account may trade'],
    fees: await readFees(rest, dialect, symbols, minute),
    skewUs,
    notes: [
      `${title} does not say what this key may do: make sure in its settings that it cannot withdraw, and that it works from your address alone.`,
    ],
  };
}

/** @throws UserError naming what is too much or missing. A right that the answer does not name counts against the key. */
export function requireRights(restrictions: Json, venue: string): void {
  // A later right to withdraw under another name is refused with this one.
  const forbidden = Object.keys(restrictions).filter(
    (name) => /withdraw/i.test(name) && restrictions[name] !== false,
  );
  if (restrictions[WITHDRAW[0]] !== false && !forbidden.includes(WITHDRAW[0])) forbidden.push(WITHDRAW[0]);
  refuseWithdrawal(forbidden, `“${WITHDRAW[1]}”`);
  const missing = [READ, TRADE].filter(([name]) => restrictions[name] !== true);
  refuseMissing(
    missing.map(([name]) => name),
    `Allow ${missing.map(([, title]) => `“${title}”`).join(', ')} in ${venue}’s settings of this key.`,
  );
}

function notesOf(restrictions: Json, venue: string): string[] {
  const notes = [
    restrictions['ipRestrict'] === true
      ? `The key works only from the IP addresses that are set at ${venue}.`
      : `The key works from any IP address: restrict it to yours in ${venue}’s settings of this key.`,
  ];
  for (const [name, title] of MOVES) {
    if (restrictions[name] === true)
      notes.push(
        `The key may move money between your own accounts (“${title}”), which trading does not need.`,
      );
  }
  return notes;
}

/**
 * Taker fees in force, as fractions. With the discount for paying in BNB where it is switched on and the account holds some. A
 * symbol that the venue does not know, or whose commission it does not say, is absent: it is then not traded. Many symbols
 * take minutes, so that the venue's limit is not passed. @param minute waits for one.
 * @throws as `checkAccount`, but no UserError.
 */
export async function readFees(
  rest: PrivateRest,
  { account }: Pick<BinanceDialect, 'account'>,
  symbols: readonly string[],
  minute: () => Promise<void>,
): Promise<AccountFees> {
  const fees = noFees();
  if (symbols.length === 0) return fees;
  if (account.commissions === 'list') return listedFees(await rest.rows(FEE_LIST), symbols);
  const { balances } = await readHeld(rest, account.omitsZeros);
  const held = new Set(balances.filter(({ total }) => !decimal(total).isZero()).map(({ asset }) => asset));
  for (const [index, symbol] of symbols.entries()) {
    if (index > 0 && index % SYMBOLS_A_MINUTE === 0) await minute();
    try {
      const commission = await rest.object('/api/v3/account/commission', { symbol });
      const [taker, maker] = [
        commissionOf(commission, 'taker', held),
        commissionOf(commission, 'maker', held),
      ];
      takeFees(fees, symbol, taker, maker);
    } catch (error) {
      if (!(error instanceof BinanceRefused) || error.code !== UNKNOWN_SYMBOL) throw error;
    }
  }
  return fees;
}

/** Of the account's level, without the discount for paying in BNB: what is paid at most. */
function listedFees(rows: readonly unknown[], symbols: readonly string[]): AccountFees {
  const wanted = new Set(symbols);
  const fees = noFees();
  for (const row of rows) {
    const { symbol, takerCommission, makerCommission }: Json = isObject(row) ? row : {};
    if (typeof symbol !== 'string' || !wanted.has(symbol)) continue;
    takeFees(fees, symbol, fractionOf(takerCommission), makerFeeOf(makerCommission));
  }
  return fees;
}

/**
 * What a taker, or a maker, pays at most, whichever side: standard, special and tax commission, each with the higher of the buyer's and the
 * seller's part (Binance spot API, "Query Commission Rates"). The discount lowers the standard part alone.
 */
export function commissionOf(
  commission: Json,
  who: 'taker' | 'maker',
  held: ReadonlySet<string>,
): Decimal | undefined {
  const standard = partOf(commission['standardCommission'], who);
  const special = partOf(commission['specialCommission'], who);
  const tax = partOf(commission['taxCommission'], who);
  if (standard === undefined || special === undefined || tax === undefined) return undefined;
  const fee = standard.times(discountOf(commission['discount'], held)).plus(special).plus(tax);
  return fee.gte(1) ? undefined : fee;
}

function partOf(rates: unknown, who: 'taker' | 'maker'): Decimal | undefined {
  if (!isObject(rates)) return undefined;
  const [own, buyer, seller] = [who, 'buyer', 'seller'].map((name) => rateOf(rates[name]));
  if (own === undefined || buyer === undefined || seller === undefined) return undefined;
  return own.plus(Decimal.max(buyer, seller));
}

/** What is left of the standard commission; 1 without a discount, and where it cannot be read. */
function discountOf(discount: unknown, held: ReadonlySet<string>): Decimal {
  const none = decimal('1');
  if (!isObject(discount)) return none;
  const { enabledForAccount, enabledForSymbol, discountAsset } = discount;
  const isOn = enabledForAccount === true && enabledForSymbol === true;
  if (!isOn || typeof discountAsset !== 'string' || !held.has(discountAsset)) return none;
  const rate = rateOf(discount['discount']);
  return rate === undefined || rate.gt(1) ? none : rate;
}

function rateOf(value: unknown): Decimal | undefined {
  return isAmount(value) ? decimal(value) : undefined;
}
