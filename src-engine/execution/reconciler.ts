/**
 * Holds the ledger against the venue: when a run begins, when the private connection comes back, after sleep, when
 * a report does not fit, and every minute. Fills that were missed are booked once, orders of unknown fate
 * are settled by what the venue shows and never by what it does not show, orders placed elsewhere are shown and left
 * alone, balances must agree to the last decimal. Until a venue has been compared, nothing new is sent there.
 */
import type { Outbox } from '../domain/effect.ts';
import type { Actor, ReconcileCause } from '../domain/event.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { UnreadRow, VenueAccount, VenueOrder } from '../domain/order.ts';
import { type DurationUs, formatTimeUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { NOT_TRADED, ROUNDING, TAKEN_BACK, takenBackReason } from './adoption.ts';
import { BalanceCheck, type DeclaredTransfers } from './balance-check.ts';
import type { OrderEvent, OrderManager } from './order-manager.ts';
import { setHolds } from './holds.ts';
import {
  type AccountStanding,
  backoffUs,
  holdUp,
  isUnderWay,
  needsHistory,
  newStanding,
  ROUTINE,
  type Standing,
  stronger,
} from './reconcile-standing.ts';
import { Strangers, unreadOfOurs } from './strangers.ts';
import { compareOrder } from './venue-order.ts';

const PERIOD_US: DurationUs = 60 * US_PER_SECOND;
/** An answer that takes longer has failed. At Kraken's lowest tier the calls of one reading wait up to 76 s for their turn. */
const ANSWER_US: DurationUs = 120 * US_PER_SECOND;
/** Clocks differ, and what ended just before the last look may not have been in it. */
const OVERLAP_US: DurationUs = 60 * US_PER_SECOND;
/** An order younger than this may not have reached what the venue lists. */
const YOUNG_US: DurationUs = 2 * US_PER_SECOND;
/** After so many looks that fell between two orders, no new cycle begins until one has not. */
const MAX_UNQUIET = 5;
/** Doubts that follow each other sooner share one question. */
const DOUBT_REST_US: DurationUs = US_PER_SECOND;
/** Where the venue's list may lag behind what ended a moment ago, it is looked at again: by then it no longer does. */
const LAGGED_US: DurationUs = 3 * US_PER_SECOND;

export type ReconcilerPorts = {
  readonly orders: OrderManager;
  readonly portfolio: Portfolio;
  readonly outbox: Outbox;
  readonly venues: readonly VenueName[];
  /** Assets that an instrument of the run trades: of these alone a difference can endanger an order. */
  readonly traded: ReadonlySet<Asset>;
  /** False where the venue keeps no account of its own: it is asked only about orders in doubt. */
  readonly mustReconcile: boolean;
  readonly transfers: DeclaredTransfers;
  /** Takes the venue's word on an order as if it had been reported in time. */
  report(event: OrderEvent): void;
  halt(code: string, reason: string, nowUs: TimeUs, venue: VenueName): void;
};

export class Reconciler {
  readonly #ports: ReconcilerPorts;
  readonly #standings = new Map<VenueName, Standing>();

  constructor(ports: ReconcilerPorts) {
    this.#ports = ports;
    for (const venue of ports.venues) {
      this.#standings.set(
        venue,
        newStanding(
          new BalanceCheck(ports.portfolio, venue, ports.traded, ports.transfers),
          new Strangers(venue, ports.outbox),
        ),
      );
    }
  }

  /** Why nothing new may begin at a venue; empty: it may. @param isUnderWay of an order of a cycle that has begun. */
  refusal(venue: VenueName, isUnderWay = false): string {
    const standing = this.#standings.get(venue);
    if (standing === undefined) return '';
    if (standing.down !== undefined) return `${venue}: the private connection is down (${standing.down})`;
    const reason = standing.refusal !== '' || isUnderWay ? standing.refusal : standing.hold;
    return reason === '' ? '' : `${venue}: ${reason}`;
  }

  standings(): AccountStanding[] {
    return [...this.#standings].map(([venue, { agreedUs, check, strangers }]) => ({
      venue,
      refusal: this.refusal(venue),
      agreedUs,
      differences: check.isReported ? check.differences : [],
      strangers,
    }));
  }

  /** The run begins: what it may find at the venue reaches back to its oldest open order. */
  begin(nowUs: TimeUs): void {
    for (const [venue, standing] of this.#standings) {
      standing.coveredUs = nowUs;
      for (const order of this.#ports.orders.open()) {
        if (order.venue === venue) standing.coveredUs = Math.min(standing.coveredUs, order.createdUs);
      }
      if (this.#ports.mustReconcile) this.request(venue, 'start', nowUs);
    }
  }

  /** Asks how the account stands, at once or after the answer that is on its way. */
  request(venue: VenueName, cause: ReconcileCause, nowUs: TimeUs): void {
    const standing = this.#standings.get(venue);
    if (standing === undefined) return;
    if (this.#ports.mustReconcile && !ROUTINE.has(cause)) standing.refusal = 'not compared with it yet';
    if (standing.askedUs !== undefined) {
      standing.again = stronger(standing.again, cause);
      return;
    }
    const isRepeated = cause === 'doubt' && nowUs - standing.doubtedUs < DOUBT_REST_US;
    if (cause === 'doubt' && !isRepeated) standing.doubtedUs = nowUs;
    if (isRepeated) {
      standing.cause = cause;
      standing.nextUs = Math.min(standing.nextUs, standing.doubtedUs + DOUBT_REST_US);
    } else this.#ask(venue, standing, cause === 'periodic' ? standing.cause : cause, nowUs);
  }

  /** @param doubted where the ledger may be wrong: nothing new is sent there meanwhile. */
  requestAll(cause: ReconcileCause, nowUs: TimeUs, doubted?: VenueName): void {
    for (const venue of this.#ports.mustReconcile ? this.#standings.keys() : [])
      this.request(venue, venue === doubted ? 'doubt' : cause, nowUs);
  }

  /** The operator accepts the reported differences as true, if the next answer still shows them. */
  adoptBalances(venue: VenueName, actor: Actor, nowUs: TimeUs): void {
    const standing = this.#standings.get(venue);
    if (standing === undefined) return;
    standing.adoptBy = actor;
    this.request(venue, 'operator', nowUs);
  }

  onLink(venue: VenueName, state: 'up' | 'down', reason: string, nowUs: TimeUs): void {
    const standing = this.#standings.get(venue);
    if (standing === undefined) return;
    standing.down = state === 'up' ? undefined : reason;
    if (state === 'up' && this.#ports.mustReconcile) this.request(venue, 'reconnect', nowUs);
  }

  onTick(nowUs: TimeUs): void {
    for (const [venue, standing] of this.#standings) {
      if (standing.askedUs !== undefined) {
        if (nowUs - standing.askedUs > ANSWER_US)
          this.onFailed(venue, `no answer within ${ANSWER_US / US_PER_SECOND} s`, nowUs);
      } else if (nowUs >= standing.nextUs) this.#ask(venue, standing, standing.cause, nowUs);
    }
  }

  onFailed(venue: VenueName, reason: string, nowUs: TimeUs): void {
    const standing = this.#standings.get(venue);
    if (standing === undefined || standing.askedUs === undefined) return;
    const { cause, again } = standing;
    const attempt = ++standing.attempt;
    [standing.askedUs, standing.again] = [undefined, undefined];
    // What was asked for meanwhile is asked next.
    standing.cause = stronger(again, cause);
    standing.nextUs = nowUs + backoffUs(attempt);
    if (this.#ports.mustReconcile)
      holdUp(standing, ROUTINE.has(cause), `comparing failed ${attempt} times: ${reason}`);
    this.#ports.outbox.emit({ type: 'reconcileFailed', atUs: nowUs, venue, cause, attempt, reason });
  }

  /** An answer. One that belongs to no question of ours is let go: it may be older than what was learned since. */
  onAccount(account: VenueAccount, nowUs: TimeUs): void {
    const { venue } = account;
    const standing = this.#standings.get(venue);
    const askedUs = standing?.askedUs;
    if (standing === undefined || askedUs === undefined || account.sinceUs !== standing.sinceUs) return;
    const wasQuiet = standing.changes === this.#ports.orders.changesAt(venue) && !this.#hasLiveOrders(venue);
    const adoptedFills = this.#adoptFills(account, nowUs);
    const { settled, unsettled, lags } = this.#settleOrders(account, standing.strangers, askedUs, nowUs);
    const open = unreadOfOurs(account, this.#ports, standing.strangers, nowUs) || unsettled;
    if (account.readToUs !== undefined) {
      this.#readOn(venue, standing, account.readToUs, nowUs);
      return;
    }
    if (account.balances !== undefined) this.#doubtMissing(account, standing, askedUs, nowUs);
    if (open !== '') standing.needsHistory = true;
    // What is missing among the open orders may have ended: the history is looked at first.
    const isHalf = standing.needsHistory && !standing.withHistory;
    const blocked = open !== '' || isHalf ? open : this.#compareBalances(account, standing, wasQuiet, nowUs);
    standing.attempt = 0;
    if (blocked !== undefined) {
      const isRoutine = ROUTINE.has(standing.cause) && open === '' && !wasQuiet;
      if (this.#ports.mustReconcile && blocked !== '') holdUp(standing, isRoutine, blocked);
      standing.nextUs = nowUs + backoffUs(++standing.looks);
    } else {
      const unknownOrders = this.#unknownOrders(venue);
      const found = adoptedFills + settled > 0;
      if (standing.cause !== 'periodic' || found || standing.refusal + standing.hold !== '') {
        const { cause } = standing;
        const counts = { adoptedFills, settledOrders: settled, unknownOrders };
        this.#ports.outbox.emit({ type: 'reconciled', atUs: nowUs, venue, cause, ...counts });
      }
      // What was asked for meanwhile has not been compared.
      if (standing.again === undefined) standing.refusal = '';
      standing.hold = '';
      if (account.balances !== undefined) standing.agreedUs = nowUs;
      standing.coveredUs = askedUs;
      standing.readToUs = undefined;
      standing.needsHistory = false;
      standing.cause = 'periodic';
      standing.looks = unknownOrders > 0 ? standing.looks + 1 : 0;
      const regularUs = this.#ports.mustReconcile ? nowUs + PERIOD_US : Number.POSITIVE_INFINITY;
      standing.nextUs = unknownOrders > 0 ? nowUs + backoffUs(standing.looks) : regularUs;
    }
    if (lags) standing.nextUs = Math.min(standing.nextUs, nowUs + LAGGED_US);
    const { again } = standing;
    [standing.askedUs, standing.again] = [undefined, undefined];
    if (again !== undefined) this.request(venue, again, nowUs);
  }

  #ask(venue: VenueName, standing: Standing, cause: ReconcileCause, nowUs: TimeUs): void {
    let sinceUs = standing.coveredUs;
    for (const order of this.#ports.orders.open()) {
      if (order.venue === venue) sinceUs = Math.min(sinceUs, order.createdUs);
    }
    // The next part of a long history begins where the last one ended.
    sinceUs = standing.readToUs ?? Math.max(0, sinceUs - OVERLAP_US);
    standing.withHistory = needsHistory(standing, cause) || this.#unknownOrders(venue) > 0;
    standing.sinceUs = sinceUs === standing.sinceUs ? sinceUs + 1 : sinceUs;
    standing.cause = cause;
    standing.askedUs = nowUs;
    standing.changes = this.#ports.orders.changesAt(venue);
    const { withHistory } = standing;
    this.#ports.outbox.perform({ type: 'reconcile', venue, sinceUs: standing.sinceUs, withHistory });
  }

  /** A part of a history that is too long for one answer: what was learned stays, and the next part is asked for. */
  #readOn(venue: VenueName, standing: Standing, readToUs: TimeUs, nowUs: TimeUs): void {
    standing.readToUs = readToUs;
    standing.attempt = 0;
    if (standing.refusal !== '')
      standing.refusal = `reading its history, by now up to ${formatTimeUs(readToUs)}`;
    this.#ask(venue, standing, stronger(standing.again, standing.cause), nowUs);
    standing.again = undefined;
  }

  /**
   * The private connection sent what could not be read. An order of ours then has an unknown outcome;
   * anything else does not matter.
   */
  onUnread(venue: VenueName, rows: readonly UnreadRow[], nowUs: TimeUs): void {
    const { orders } = this.#ports;
    for (const row of rows) {
      const { orderId, problem } = row;
      if (orderId === undefined || orders.get(orderId) === undefined) {
        this.#standings.get(venue)?.strangers.onUnread(row, nowUs);
        continue;
      }
      const reason = `the venue’s report cannot be read: ${problem}`;
      this.#ports.report({ kind: 'unknown', orderId, reason, atUs: nowUs });
      this.request(venue, 'doubt', nowUs);
    }
  }

  /** Fills of ours that were never reported, each once. */
  #adoptFills(account: VenueAccount, nowUs: TimeUs): number {
    const { orders } = this.#ports;
    let adopted = 0;
    for (const fill of account.fills.toSorted((a, b) => a.atUs - b.atUs)) {
      if (orders.get(fill.orderId) === undefined || orders.hasFill(fill.orderId, fill.fillId)) continue;
      adopted++;
      // Of which asset the fee is, our own order knows, whatever the venue calls its pair by now.
      const feeAsset = fill.feeAsset === '' ? orders.quoteOf(fill.orderId) : fill.feeAsset;
      this.#ports.report({ kind: 'fill', orderId: fill.orderId, fill: { ...fill, feeAsset }, atUs: nowUs });
    }
    return adopted;
  }

  /** Ends what the venue shows as over. `unsettled` says what is open yet; empty: nothing. `lags`: its list may be older than an end that is known here. */
  #settleOrders(
    account: VenueAccount,
    strangers: Strangers,
    askedUs: TimeUs,
    nowUs: TimeUs,
  ): { settled: number; unsettled: string; lags: boolean } {
    const { orders, outbox } = this.#ports;
    let [settled, open, lags] = [0, '', false];
    const foreign: VenueOrder[] = [];
    for (const shown of account.orders) {
      const order = shown.orderId === undefined ? undefined : orders.get(shown.orderId);
      if (order === undefined) {
        foreign.push(shown);
        continue;
      }
      const { orderId } = order;
      if (shown.problem !== undefined) {
        open = `order ${orderId}: the venue’s row cannot be read, ${shown.problem}`;
        continue;
      }
      const finding = compareOrder(order, orders.isOpen(orderId), shown, askedUs);
      switch (finding.kind) {
        case 'agrees':
        case 'lags':
          lags ||= finding.kind === 'lags';
          break;
        case 'accepted':
          settled++;
          this.#ports.report({ kind: 'accepted', orderId, venueOrderId: shown.venueOrderId, atUs: nowUs });
          break;
        case 'over':
          settled++;
          this.#ports.report({ kind: 'canceled', orderId, reason: finding.reason, atUs: nowUs });
          break;
        case 'incomplete':
          open = finding.reason;
          break;
        case 'alive':
          outbox.perform({ type: 'cancel', venue: account.venue, orderId });
          this.#ports.halt('order-alive', finding.reason, nowUs, account.venue);
          break;
        case 'contradiction':
          this.#ports.halt('venue-contradiction', finding.reason, nowUs, account.venue);
      }
    }
    strangers.onOrders(foreign, 'orders', nowUs);
    return { settled, unsettled: open, lags };
  }

  /** Absence settles nothing: what the venue should list and does not is in doubt. */
  #doubtMissing(account: VenueAccount, standing: Standing, askedUs: TimeUs, nowUs: TimeUs): void {
    const shown = new Set(account.orders.map(({ orderId }) => orderId));
    for (const { orderId, venue, state, createdUs } of this.#ports.orders.open()) {
      if (venue !== account.venue || state === 'unknown' || shown.has(orderId)) continue;
      if (askedUs - createdUs <= YOUNG_US) continue;
      // Without the history: it may have ended, and its report may be on the way.
      if (!standing.withHistory) standing.needsHistory = true;
      else
        this.#ports.report({ kind: 'unknown', orderId, reason: 'the venue does not list it', atUs: nowUs });
    }
  }

  /**
   * undefined: the balances agree, or the venue keeps none. Else it must be looked at again, with what nothing new may be
   * sent for; empty: that alone is no reason to stop. A difference counts when two looks in a row show the very same:
   * a fill may lie between two questions of one look.
   */
  #compareBalances(
    account: VenueAccount,
    standing: Standing,
    wasQuiet: boolean,
    nowUs: TimeUs,
  ): string | undefined {
    if (account.balances === undefined) return undefined;
    if (!wasQuiet) {
      standing.unquiet++;
      const isHeld = !ROUTINE.has(standing.cause) || standing.unquiet >= MAX_UNQUIET;
      return isHeld ? 'orders were in flight during the comparison' : '';
    }
    standing.unquiet = 0;
    const [{ venue }, { check, adoptBy }] = [account, standing];
    const { orders, outbox } = this.#ports;
    const turnover = orders.turnoverAt(venue);
    setHolds(account, orders, this.#ports.portfolio);
    const comparison = check.compare(account.balances, turnover, nowUs);
    const untraded = check.adoptUntraded();
    if (untraded.length > 0)
      outbox.emit({ type: 'balancesAdopted', atUs: nowUs, venue, actor: NOT_TRADED, differences: untraded });
    if (comparison === 'suspected') {
      standing.needsHistory = true;
      return 'balances differ; comparing again';
    }
    const [reason, { differences }] = [check.describe(), check];
    standing.adoptBy = undefined;
    const back = takenBackReason(comparison, differences, account.takenBack, standing.takenBack);
    if (back !== '') {
      standing.takenBack = back;
      this.#ports.halt('taken-back', `${venue}: ${back}; ${reason}`, nowUs, venue);
    } else if (comparison === 'news') {
      outbox.emit({ type: 'balancesDiffer', atUs: nowUs, venue, differences });
      this.#ports.halt('balances-differ', `${venue}: ${reason}`, nowUs, venue);
      return reason;
    }
    const isWaiting = comparison === 'standing' && (adoptBy === undefined || check.underWay !== undefined);
    if (isWaiting && back === '') return reason;
    if (comparison !== 'agrees') {
      const actor = comparison === 'rounded' ? ROUNDING : back === '' ? (adoptBy ?? ROUNDING) : TAKEN_BACK;
      check.adopt();
      outbox.emit({ type: 'balancesAdopted', atUs: nowUs, venue, actor, differences });
    }
    turnover.clear();
    return undefined;
  }

  #hasLiveOrders(venue: VenueName): boolean {
    return [...this.#ports.orders.open()].some((order) => order.venue === venue && isUnderWay(order));
  }

  #unknownOrders(venue: VenueName): number {
    const open = [...this.#ports.orders.open()];
    return open.filter((order) => order.venue === venue && order.state === 'unknown').length;
  }
}
