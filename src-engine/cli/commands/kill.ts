import type { KillVenue } from '../../contract/venue-records.ts';
import { connectEngine } from '../../gateway/client.ts';
import { invocation } from '../../lib/invocation.ts';
import { type Command, EXIT_CHECK_FAILED, EXIT_DONE, textOption } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

/** How long the venue is given to show that nothing of ours is open. */
const VERIFY_MS = 10_000;
const POLL_MS = 100;

export const kill: Command = {
  name: 'kill',
  options: {
    reason: {
      value: 'TEXT',
      words: 'what the audit trail says of it: all words up to the next option',
      usual: 'command line',
      example: 'the venue shows strange fills',
      isText: true,
    },
    ...DATA_DIR_OPTION,
  },
  details:
    'Nothing else is understood: a kill that a word seems to limit (to a venue, a pair, an order) is refused and not half done.',
  examples: ['kill', 'kill --reason the venue shows strange fills'],
  refusal: `NOTHING WAS KILLED: type "${invocation()} kill" alone, which stops all trading at every venue.`,
  async run(args, output) {
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const { cancelsSent, venues, problem, audit } = await engine.call('kill', {
      reason: textOption(args, 'reason') || 'command line',
    });
    output.note(
      `killed: no new order from here on; ${cancelsSent} cancels sent; asking the venue what is open`,
    );
    if (problem !== undefined) output.note(`NOT CANCELED YET: ${problem}; retrying`);
    if (audit !== undefined)
      output.note(`${audit}: its row of the audit trail is not written; check the disk or the database`);
    const cancelsAt = (venue: string): number => venues?.find((one) => one.venue === venue)?.cancelsSent ?? 0;
    let openOrders: number | null = null;
    let shown: readonly KillVenue[] = venues ?? [];
    let why = problem ?? '';
    for (const endMs = Date.now() + VERIFY_MS; Date.now() < endMs && openOrders !== 0; ) {
      // An engine that was killed by its file may have no descriptor left to say more.
      const status = await engine.call('getStatus', {}).catch(() => undefined);
      // Without a profile there is no venue, and so nothing that could be open there.
      if (status !== undefined) {
        openOrders = status.profile === null ? 0 : status.killVerifiedOpenOrders;
        why = status.killProblem;
        if (status.killVenues.length > 0) shown = status.killVenues;
      }
      if (openOrders !== 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const verified = openOrders === 0;
    const text = verified
      ? `verified: ${shown.length > 1 ? 'every venue' : 'the venue'} shows no open order`
      : `NOT verified: the venue shows ${openOrders ?? 'no answer about'} open orders; the engine keeps canceling${why === '' ? '' : ` (${why})`}`;
    const byVenue = shown.map((one) => ({ ...one, cancelsSent: cancelsAt(one.venue) }));
    const lines = byVenue.length > 1 ? byVenue.map(describe) : [];
    output.result(
      { killed: true, cancelsSent, verified, openOrders, venues: byVenue, ...(audit && { audit }) },
      [text, ...lines].join('\n'),
    );
    return verified ? EXIT_DONE : EXIT_CHECK_FAILED;
  },
};

/** What one of several venues answered. */
function describe({
  title,
  cancelsSent,
  openOrders,
  problem,
}: KillVenue & { readonly cancelsSent: number }): string {
  const found =
    openOrders === 0
      ? 'verified, no open order'
      : `NOT verified, ${openOrders ?? 'no answer about'} open orders`;
  return `  ${title}: ${cancelsSent} cancels sent; ${found}${problem === '' ? '' : ` (${problem})`}`;
}
