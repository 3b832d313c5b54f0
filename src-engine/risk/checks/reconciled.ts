import type { Check } from '../check.ts';

/** Nothing new to a venue whose account was not compared with the ledger: what is open or held there is not known. */
export const reconciled: Check = (_intent, { unreconciled }) =>
  unreconciled === '' ? undefined : { code: 'not-reconciled', detail: unreconciled };
