/** A trace as a person reads it: on the command line, and in the window. Pure. */
import { DECISION_TEXTS, OUTCOME_TEXTS } from '../domain/code-texts.ts';
import { haltLabel } from '../domain/halt-texts.ts';
import type { TimeUs } from '../domain/time.ts';
import { assetName } from '../domain/venue-asset.ts';
import { venueTitle, withVenueTitles } from '../domain/venue-titles.ts';
import type { OperationOutput } from './operations.ts';
import { operationWords } from './operation-words.ts';

type Trace = OperationOutput<'getTrace'>;

export type TraceLine = {
  readonly kind: 'call' | 'opportunity' | 'execution' | 'order' | 'fill' | 'stop';
  /** Empty of what has none. */
  readonly id: string;
  readonly atUs: TimeUs;
  readonly text: string;
};

/** Calls, the opportunity, its executions, their orders with the fills below each, and what stopped or canceled them. */
export function traceLines({
  opportunities,
  executions,
  orders,
  fills,
  audit,
  stops,
}: Trace): readonly TraceLine[] {
  return [
    ...audit.map(({ action, atUs, actor, outcome, detail }) =>
      line('call', '', atUs, `${operationWords(action)} by ${actor}: ${outcome}  ${withVenueTitles(detail)}`),
    ),
    ...opportunities.map(({ opportunityId, openedUs, path, venue, decision }) =>
      line(
        'opportunity',
        opportunityId,
        openedUs,
        `${wayText(path, venue)}: ${DECISION_TEXTS[decision].label}`,
      ),
    ),
    ...executions.map(({ executionId, startedUs, path, outcome, profit }) =>
      line(
        'execution',
        executionId,
        startedUs,
        `${OUTCOME_TEXTS[outcome].label}, profit ${profit} ${assetName(path[0] ?? '')}`.trimEnd(),
      ),
    ),
    ...orders.flatMap((order) => [
      line(
        'order',
        order.orderId,
        order.createdUs,
        `${order.side} ${order.qty} ${order.symbol} at ${order.price}, ${venueTitle(order.venue)}: ${order.state}${order.reason === '' ? '' : ` (${withVenueTitles(order.reason)})`}`,
      ),
      ...fills
        .filter(({ orderId }) => orderId === order.orderId)
        .map(({ fillId, atUs, qty, price, fee, feeAsset }) =>
          line('fill', fillId, atUs, `${qty} at ${price}, fee ${fee} ${assetName(feeAsset)}`),
        ),
    ]),
    ...stops.map(({ event }) => line('stop', '', event.atUs, stopText(event))),
  ];
}

function line(kind: TraceLine['kind'], id: string, atUs: TimeUs, text: string): TraceLine {
  return { kind, id, atUs, text };
}

function wayText(path: readonly string[], venue: string): string {
  return `${[...path, ...path.slice(0, 1)].map(assetName).join(' → ')} at ${venueTitle(venue)}`;
}

/** What happened while one of the orders was open. */
function stopText(event: Trace['stops'][number]['event']): string {
  switch (event.type) {
    case 'killed':
      return `kill by ${event.actor.kind} via ${event.actor.via} (${event.reason}), ${event.cancelsSent} cancels sent`;
    case 'killVerified':
      return `kill verified, ${event.openOrders} orders open`;
    case 'tradingHalted':
      return `halt${event.venue === undefined ? '' : ` at ${venueTitle(event.venue)}`}: ${haltLabel(event.reason)}`;
    case 'watchdogActed':
      return `watchdog at ${venueTitle(event.venue)}: ${event.cause}`;
  }
}
