/** Carries out one call, from its limits to its answer, the same for REST and the WebSocket API. */
import type { Account } from '../../../core/accounts/accounts.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { BinanceExchange } from '../binance-exchange.ts';
import { BinanceProblem, binanceProblem, TIMEOUT_TEXT } from '../binance-problem.ts';
import { type Params, requireKnown } from '../params.ts';
import { badKey } from '../signatures.ts';
import type { FaceDialect } from '../face-dialect.ts';
import { ACCOUNT_CALLS, mayDo } from './account-calls.ts';
import { type Call, type Security, SIGNED_PARAMS } from './call.ts';
import { LISTEN_KEY_CALLS } from './listen-key-calls.ts';
import { ORDER_CALLS } from './order-calls.ts';
import { PUBLIC_CALLS } from './public-calls.ts';

const CALLS: readonly Call[] = [...PUBLIC_CALLS, ...ACCOUNT_CALLS, ...LISTEN_KEY_CALLS, ...ORDER_CALLS];

/** The calls that a venue has. */
export function callsOf({ absent }: FaceDialect): readonly Call[] {
  return CALLS.filter(({ rest }) => rest === undefined || !absent.has(rest));
}

export type Asked = {
  readonly exchange: BinanceExchange;
  readonly call: Call;
  readonly params: Params;
  /** Parameters of the carrier, known beside those of the call: `apiKey` and the like. */
  readonly extra?: readonly string[];
  readonly time: (us: number) => number;
  /** Whose key it has, and signed it where that is needed; called for calls that take one. @throws BinanceProblem */
  readonly authenticate: (security: Security) => Account;
};

export type Answered = { readonly result: unknown; readonly account: Account | undefined };

/** @throws BinanceProblem with what is wrong. */
export function runCall(asked: Asked): Answered {
  try {
    return run(asked);
  } catch (error) {
    throw error instanceof Refusal ? binanceProblem(error) : error;
  }
}

function run({ exchange, call, params, extra = [], time, authenticate }: Asked): Answered {
  const { limits, clock, faults } = exchange;
  // The weight of a call is that of its limits, whether they can be read or not.
  limits.request(weightOf(call, params, exchange.dialect), clock.nowUs());
  if (call.security === 'NONE') {
    requireKnown(params, [...call.params, ...extra]);
    return { result: call.run({ exchange, params, time }), account: undefined };
  }
  const signed = call.security === 'USER_STREAM' ? [] : SIGNED_PARAMS;
  requireKnown(params, [...call.params, ...signed, ...extra]);
  const account = authenticate(call.security);
  if (!mayDo(account, call.security === 'TRADE' ? 'spot-trading' : 'reading')) throw badKey();
  const failure = faults.takeRestFailure();
  if (failure !== undefined && !failure.afterAccepting) throw failed(failure.status, false);
  if (call.isOrder === true) limits.order(account.name, clock.nowUs());
  if (failure === undefined) return { result: call.run({ exchange, params, time, account }), account };
  try {
    call.run({ exchange, params, time, account });
  } catch (error) {
    // The client hears nothing of it: whether it was accepted is what it must not know.
    if (!(error instanceof BinanceProblem || error instanceof Refusal)) throw error;
  }
  throw failed(failure.status, true);
}

function weightOf({ rest, weight }: Call, params: Params, dialect: FaceDialect): number {
  const own = dialect.weights.get(rest ?? '');
  if (own !== undefined) return params.has('symbol') ? own[0] : (own[1] ?? own[0]);
  if (typeof weight === 'number') return weight;
  try {
    return weight(params, dialect);
  } catch (error) {
    if (error instanceof BinanceProblem) return 1;
    throw error;
  }
}

/** A scripted failure: below 500 a definite refusal; -1007 where the call was carried out, or may have been. */
function failed(status: number, isAccepted: boolean): BinanceProblem {
  if (isAccepted) return new BinanceProblem(-1007, TIMEOUT_TEXT, status);
  if (status === 503) {
    return new BinanceProblem(
      -1008,
      'Server is currently overloaded with other requests. Please try again in a few minutes.',
      status,
    );
  }
  return new BinanceProblem(-1000, 'An unknown error occurred while processing the request.', status);
}
