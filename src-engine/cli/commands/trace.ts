import type { OperationOutput } from '../../contract/operations.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE, onlyPositional } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const trace: Command = {
  name: 'trace',
  words: [{ name: 'ID', words: 'of an opportunity, an execution, an order or a fill' }],
  options: DATA_DIR_OPTION,
  examples: ['trace 1b6c2f90a7'],
  async run(args, output) {
    const id = onlyPositional(args);
    const found = await connectEngine(dataDirOf(args), 'command-line').call('getTrace', { id });
    output.result(found, describe(found));
    return EXIT_DONE;
  },
};

type Trace = OperationOutput<'getTrace'>;

function describe({ opportunities, executions, orders, fills, audit, stops }: Trace): string {
  return [
    ...audit.map(
      (row) => `call ${row.action}  ${formatTimeUs(row.atUs)} ${row.actor}: ${row.outcome}  ${row.detail}`,
    ),
    ...opportunities.map(
      (one) => `opportunity ${one.opportunityId}  ${one.path.join(' → ')} at ${one.venue}: ${one.decision}`,
    ),
    ...executions.map((one) => `execution ${one.executionId}  ${one.outcome}, profit ${one.profit}`),
    ...orders.flatMap((order) => [
      `order ${order.orderId}  ${formatTimeUs(order.createdUs)} ${order.venue} ${order.side} ${order.qty} ${order.symbol} at ${order.price}: ${order.state}`,
      ...fills
        .filter(({ orderId }) => orderId === order.orderId)
        .map(
          (fill) =>
            `  fill ${fill.fillId}  ${formatTimeUs(fill.atUs)} ${fill.qty} at ${fill.price}, fee ${fill.fee} ${fill.feeAsset}`,
        ),
    ]),
    ...stops.map(({ event }) => `${stopWords(event)}  ${formatTimeUs(event.atUs)}`),
  ].join('\n');
}

/** What happened while one of the orders was open. */
function stopWords(event: Trace['stops'][number]['event']): string {
  switch (event.type) {
    case 'killed':
      return `kill by ${event.actor.kind} via ${event.actor.via} (${event.reason}), ${event.cancelsSent} cancels sent`;
    case 'killVerified':
      return `kill verified, ${event.openOrders} orders open`;
    case 'tradingHalted':
      return `halt${event.venue === undefined ? '' : ` at ${event.venue}`}: ${event.reason}`;
    case 'watchdogActed':
      return `watchdog at ${event.venue}: ${event.cause}`;
  }
}
