/** The trading methods of WebSocket v2. Each answers on the same connection; what follows is on `executions`. */
import { formatTimeUs } from '../../../../../domain/time.ts';
import type { Account } from '../../../core/accounts/accounts.ts';
import type { KrakenExchange } from '../kraken-exchange.ts';
import type { ClientOrder } from '../../../core/orders/client-order.ts';
import type { OrderRequest } from '../../../core/orders/order-checks.ts';
import { Refusal } from '../../../core/refusal.ts';
import { INVALID_ARGUMENTS, krakenError, UNAVAILABLE, VenueError } from '../venue-error.ts';
import {
  errorFrame,
  isRecord,
  optionalFlag,
  optionalInteger,
  optionalText,
  optionalTexts,
  type Params,
  requiredText,
  successFrame,
  type WsRequest,
} from './request.ts';
import { timeInForce } from '../time-in-force.ts';
import type { Session } from './session.ts';

/** Orders in one `batch_add` (Kraken: 2 to 15) and ids in one cancel (50). */
const BATCH = { min: 2, max: 15, cancel: 50 } as const;

/** An order's deadline is at least this far ahead. */
const MIN_DEADLINE_US = 500_000;

type Method = (core: KrakenExchange, session: Session, request: WsRequest, account: Account) => void;

const METHODS: Readonly<Record<string, Method>> = {
  add_order(core, session, request, account) {
    const market = core.market(requiredText(request.params, 'symbol'));
    const dry = optionalFlag(request.params, 'validate', false);
    // The answer comes after what `executions` says of the order: a client must not count on either order.
    const order = core.desk.place(account, market, orderRequest(request.params), dry);
    answer(core, session, request, dry ? '{}' : orderText(order));
  },

  amend_order(core, session, request, account) {
    const { params } = request;
    const change = {
      qty: optionalText(params, 'order_qty'),
      price: optionalText(params, 'limit_price'),
      postOnly: typeof params['post_only'] === 'boolean' ? params['post_only'] : undefined,
    };
    const order = core.desk.amend(account, orderId(params), change);
    const client = order.clOrdId === undefined ? '' : `,"cl_ord_id":${JSON.stringify(order.clOrdId)}`;
    answer(
      core,
      session,
      request,
      `{"amend_id":"${core.nextAmendId()}","order_id":"${order.orderId}"${client}}`,
    );
  },

  edit_order(core, session, request, account) {
    const { params } = request;
    const { order, original } = core.desk.replace(account, orderId(params), {
      qty: optionalText(params, 'order_qty'),
      price: optionalText(params, 'limit_price'),
    });
    answer(
      core,
      session,
      request,
      `{"order_id":"${order.orderId}","original_order_id":"${original.orderId}"}`,
    );
  },

  cancel_order(core, session, request, account) {
    for (const id of cancelIds(request.params)) {
      try {
        answer(core, session, request, orderText(core.desk.cancel(account, id)));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        session.send(errorFrame(request, krakenError(error), core.clock.nowUs()));
      }
    }
  },

  cancel_all(core, session, request, account) {
    answer(core, session, request, `{"count":${core.desk.cancelAll(account)}}`);
  },

  cancel_all_orders_after(core, session, request, account) {
    const seconds = optionalInteger(request.params, 'timeout');
    if (seconds === undefined) throw new VenueError(`${INVALID_ARGUMENTS}:timeout`);
    const triggerUs = core.desk.cancelAllAfter(account, seconds);
    const trigger = triggerUs === 0 ? '0' : secondsText(triggerUs);
    answer(
      core,
      session,
      request,
      `{"currentTime":"${secondsText(core.clock.nowUs())}","triggerTime":"${trigger}"}`,
    );
  },

  batch_add(core, session, request, account) {
    const market = core.market(requiredText(request.params, 'symbol'));
    const orders = request.params['orders'];
    if (!Array.isArray(orders) || orders.length < BATCH.min || orders.length > BATCH.max) {
      throw new VenueError(`${INVALID_ARGUMENTS}:orders`);
    }
    const requests = orders.map((order) => {
      if (!isRecord(order)) throw new VenueError(`${INVALID_ARGUMENTS}:orders`);
      return orderRequest(order, optionalText(request.params, 'deadline'));
    });
    // All or nothing in the checks, as at Kraken; funds are held one by one.
    for (const item of requests) core.desk.place(account, market, item, true);
    const placed = requests.map((item) => orderText(core.desk.place(account, market, item)));
    answer(core, session, request, `[${placed.join(',')}]`);
  },

  batch_cancel(core, session, request, account) {
    const ids = optionalTexts(request.params, 'orders', BATCH.cancel);
    if (ids === undefined || ids.length < BATCH.min) throw new VenueError(`${INVALID_ARGUMENTS}:orders`);
    const open = ids.filter((id) => account.findOpen(id) !== undefined);
    if (open.length === 0) throw new VenueError('EOrder:Unknown order');
    for (const id of open) core.desk.cancel(account, id);
    const frame = successFrame(request, undefined, core.clock.nowUs());
    session.send(frame.replace('"success"', `"orders_cancelled":${open.length},"success"`));
  },
};

/** Carries out a trading method. @returns false when there is no such method. */
export function handleTrading(core: KrakenExchange, session: Session, request: WsRequest): boolean {
  if (!Object.hasOwn(METHODS, request.method)) return false;
  if (core.faults.systemStatus === 'maintenance') throw new VenueError(UNAVAILABLE);
  const account = session.authenticate(requiredText(request.params, 'token'));
  core.requireUnlocked(account);
  METHODS[request.method]?.(core, session, request, account);
  return true;
}

function answer(core: KrakenExchange, session: Session, request: WsRequest, result: string): void {
  session.send(successFrame(request, result, core.clock.nowUs()));
}

function orderText(order: ClientOrder): string {
  const client = order.clOrdId === undefined ? '' : `"cl_ord_id":${JSON.stringify(order.clOrdId)},`;
  const reference = order.terms.userRef === undefined ? '' : `,"order_userref":${order.terms.userRef}`;
  return `{${client}"order_id":"${order.orderId}"${reference}}`;
}

/** @param deadline of the whole batch, where it is one. */
function orderRequest(params: Params, deadline = optionalText(params, 'deadline')): OrderRequest {
  return {
    side: requiredText(params, 'side'),
    type: requiredText(params, 'order_type'),
    timeInForce: timeInForce(optionalText(params, 'time_in_force')),
    postOnly: optionalFlag(params, 'post_only', false),
    price: optionalText(params, 'limit_price'),
    qty: requiredText(params, 'order_qty'),
    clOrdId: optionalText(params, 'cl_ord_id'),
    userRef: optionalInteger(params, 'order_userref'),
    deadline: deadline === undefined ? undefined : { at: deadline, minUs: MIN_DEADLINE_US },
  };
}

/** One order by the venue's or the client's id. */
function orderId(params: Params): string {
  const id = optionalText(params, 'order_id') ?? optionalText(params, 'cl_ord_id');
  if (id === undefined) throw new VenueError(`${INVALID_ARGUMENTS}:order_id`);
  return id;
}

function cancelIds(params: Params): readonly string[] {
  const ids =
    optionalTexts(params, 'order_id', BATCH.cancel) ?? optionalTexts(params, 'cl_ord_id', BATCH.cancel);
  if (ids === undefined || ids.length === 0) throw new VenueError(`${INVALID_ARGUMENTS}:order_id`);
  return ids;
}

/** Time to the second, as the dead-man switch answers it. */
function secondsText(timeUs: number): string {
  return `${formatTimeUs(timeUs).slice(0, 19)}Z`;
}
