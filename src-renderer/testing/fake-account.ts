/** Made-up account of a venue and history of its limits: one balance differs, one order may be settled and one may not. */
import type { Problem } from '../../src-engine/domain/errors.ts';
import type { OperationName, OperationOutput } from '../../src-engine/contract/operations.ts';
import type { LimitChangeRecord } from '../../src-engine/contract/risk-records.ts';

const ACCOUNT_OPS = [
  'listLimitChanges',
  'getAccountStanding',
  'reconcile',
  'settleOrder',
  'adoptBalances',
] as const satisfies readonly OperationName[];
type AccountOp = (typeof ACCOUNT_OPS)[number];

const names: ReadonlySet<string> = new Set(ACCOUNT_OPS);

export function isAccountOp(op: OperationName): op is AccountOp {
  return names.has(op);
}

type Standing = OperationOutput<'getAccountStanding'>;

/** Numbers of every made-up denial. */
export const DENIED = { asked: '142.5', allowed: '100', unit: 'bps' } as const;

export class FakeAccount {
  #standing: Standing;

  constructor(startedUs: number) {
    const order = { venue: 'kraken', symbol: 'BTC/USD', side: 'buy', qty: '0.05', price: '68412.1' } as const;
    this.#standing = {
      comparesAccounts: true,
      venues: [
        {
          venue: 'kraken',
          refusal: 'balances at kraken differ from the ledger',
          agreedUs: startedUs,
          differences: [{ asset: 'BTC', ledger: '0.01874412', venue: '0.05' }],
          foreignOrders: [
            {
              venueOrderId: 'OXVPSU-Q726F-L3SDEP',
              symbol: 'XRP/EUR',
              side: 'sell',
              qty: '10',
              price: '+5.0000%',
            },
          ],
          unreadRows: { count: 0, last: [] },
          deadManSwitch: { state: 'set', reason: '', setUs: startedUs },
          limits: [],
        },
      ],
      isWatched: true,
      unknownOrders: [
        { ...order, orderId: '0194e2f0-6a1b-7c11-9f6e-000000000001', reason: 'no answer', obstacle: '' },
        {
          ...order,
          orderId: '0194e2f0-6a1b-7c11-9f6e-000000000002',
          reason: 'no answer',
          obstacle: 'the venue has 42 s left to show it',
        },
      ],
    };
  }

  answer(op: AccountOp, input: unknown, nowUs: number): OperationOutput<AccountOp> {
    switch (op) {
      case 'listLimitChanges':
        return { changes: fakeLimitChanges(nowUs) };
      case 'settleOrder':
        return this.#settle((input as { orderId: string }).orderId);
      case 'adoptBalances':
        return this.#adopt(nowUs);
      case 'getAccountStanding':
      case 'reconcile':
        return this.#standing;
    }
  }

  #settle(orderId: string): Standing {
    const unknownOrders = this.#standing.unknownOrders.filter((one) => one.orderId !== orderId);
    this.#standing = { ...this.#standing, unknownOrders };
    return this.#standing;
  }

  #adopt(nowUs: number): Standing {
    const venues = this.#standing.venues.map((venue) => ({
      ...venue,
      refusal: '',
      agreedUs: nowUs,
      differences: [],
    }));
    this.#standing = { ...this.#standing, venues };
    return this.#standing;
  }
}

function fakeLimitChanges(nowUs: number): LimitChangeRecord[] {
  const change = { atUs: nowUs, actor: 'operator via window', scope: 'limits' } as const;
  return [
    { ...change, version: 2, changes: [{ field: 'maxDrawdownPct', from: '15', to: '12.5' }] },
    {
      ...change,
      version: 1,
      atUs: nowUs - 3_600_000_000,
      changes: [{ field: 'maxOrderQty', from: '{"BTC":"1","ETH":"20"}', to: '{"BTC":"0.5"}' }],
    },
  ];
}

/** What the end of a recording meets. */
export const DISK_FULL: Problem = {
  code: 'disk-full',
  field: 'recording',
  value: '/data/recordings/demo-0001.market.jsonl',
  message: 'The last frames could not be written',
  remedy: 'Free some space and stop the recording again.',
};
