import type { OperationOutput } from '../../contract/operations.ts';
import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE, textOption } from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';

export const account: Command = {
  name: 'account',
  summary:
    'Shows how the account at the venue compares with the ledger; compares it again, settles orders, adopts balances.',
  usage: '[--reconcile] [--settle ORDER_ID] [--adopt VENUE] [--data-dir D] [--json]',
  options: {
    reconcile: { type: 'boolean' },
    settle: { type: 'string' },
    adopt: { type: 'string' },
    'data-dir': { type: 'string' },
  },
  async run(args, output) {
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const orderId = textOption(args, 'settle');
    const venue = textOption(args, 'adopt');
    if (args.values['reconcile'] === true) await engine.call('reconcile', {});
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
