/** What a key may not do, and what it must: the same words for every venue, with the names of its own settings. */
import { UserError } from '../../domain/errors.ts';

/** @param forbidden rights by which money leaves the account, in the venue's own words. @param titles the same, as its settings page has them. @throws UserError where there is one. */
export function refuseWithdrawal(forbidden: readonly string[], titles: string): void {
  if (forbidden.length === 0) return;
  throw new UserError({
    code: 'key-can-withdraw',
    field: 'API key',
    value: forbidden.join(', '),
    message: 'may move money out of the account',
    remedy: `Make a key without ${titles}: a stolen trading key must not be able to empty the account.`,
  });
}

/** @param missing rights that trading needs, in the venue's own words. @param remedy what to allow, and where. @throws UserError where there is one. */
export function refuseMissing(missing: readonly string[], remedy: string): void {
  if (missing.length === 0) return;
  throw new UserError({
    code: 'key-lacks-permission',
    field: 'API key',
    value: missing.join(', '),
    message: `lacks ${missing.length === 1 ? 'a permission' : 'permissions'} that trading needs`,
    remedy,
  });
}
