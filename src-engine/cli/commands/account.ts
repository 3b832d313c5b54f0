import type { OperationOutput } from '../../contract/operations.ts';
import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE, flagOption, textOption } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const account: Command = {
  name: 'account',
  options: {
    reconcile: { words: 'compares every account with the ledger again' },
    settle: {
      value: 'ORDER_ID',
      words: 'books an order whose end is unknown as the venue reports it',
      example: 'run-1-7-1',
    },
    adopt: { value: 'VENUE', words: 'takes the balances of a venue into the ledger', example: 'simulated' },
    ...DATA_DIR_OPTION,
  },
  examples: ['account', 'account --reconcile'],
  async run(args, output) {
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const orderId = textOption(args, 'settle');
    const venue = textOption(args, 'adopt');
    if (flagOption(args, 'reconcile')) await engine.call('reconcile', {});
    if (orderId !== undefined) await engine.call('settleOrder', { orderId });
    if (venue !== undefined) await engine.call('adoptBalances', { venue });
    const standing = await engine.call('getAccountStanding', {});
    output.result(standing, describe(standing));
    return EXIT_DONE;
  },
};

function describe({
  comparesAccounts,
  venues,
  unknownOrders,
}: OperationOutput<'getAccountStanding'>): string {
  const lines = venues.flatMap(({ venue, refusal, differences }) => [
    refusal !== ''
      ? refusal
      : `${venue}: ${comparesAccounts ? 'agrees with the ledger' : 'keeps no account'}`,
    ...differences.map((one) => `  ${one.asset}: ${one.ledger} here, ${one.venue} at the venue`),
  ]);
  const unknown = unknownOrders.map(
    ({ orderId, side, qty, symbol, price, reason, obstacle }) =>
      `unknown: ${orderId}, ${side} ${qty} ${symbol} at ${price}: ${reason}${obstacle === '' ? '; may be settled' : `; ${obstacle}`}`,
  );
  return [...lines, ...unknown].join('\n');
}
