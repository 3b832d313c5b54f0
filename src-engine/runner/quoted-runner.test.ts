/** What leaves a runner for the venues when quotes rest, in the order in which it leaves, whatever the journal does meanwhile. */
import { describe, expect, it } from 'vitest';
import type { OrderVenue } from '../execution/order-venue.ts';
import type { Input } from '../kernel/input.ts';
import { AT_EAST, AT_WEST, type QuotedAccounts, quoting } from '../testing/quoted-accounts.ts';
import { EAST, WEST } from '../testing/two-venues.ts';
import type { Journal } from './journal.ts';
import { Runner } from './runner.ts';
import { SimulatedClock } from './simulated-clock.ts';

const NEVER: Journal = { append: () => new Promise(() => undefined) };
const REJECTING: Journal = { append: () => Promise.reject(new Error('disk full')) };
const THROWING: Journal = {
  append: () => {
    throw new Error('closed');
  },
};

/** The rig's kernel goes on in a runner. @returns what reached the venues: `cancel` or `place`, and of which order. */
function running(
  rig: QuotedAccounts,
  journal: Journal,
  keep: () => Promise<void> | void = () => undefined,
): { readonly sent: string[]; readonly runner: Runner; readonly submit: (input: Input) => void } {
  const sent: string[] = [];
  const venueOf = (venue: string): [string, OrderVenue] => [
    venue,
    {
      venue,
      connect: () => undefined,
      place: ({ orderId }) => void sent.push(`place ${orderId}`),
      cancel: (orderId) => void sent.push(`cancel ${orderId}`),
      cancelAll: () => void sent.push(`cancel all at ${venue}`),
      reconcile: () => undefined,
      keepAlive: () => undefined,
      stop: () => Promise.resolve(),
    },
  ];
  const runner = new Runner({
    kernel: rig.kernel,
    clock: new SimulatedClock(rig.nowUs),
    journal,
    intents: { keep, confirm: () => undefined },
    venues: new Map([EAST, WEST].map(venueOf)),
    feeds: new Map([EAST, WEST].map((venue) => [venue, { resubscribe: () => undefined }])),
    publish: () => undefined,
  });
  return { sent, runner, submit: (input) => runner.submit(input) };
}

const operator = { kind: 'operator', via: 'test' } as const;

describe.each([
  ['never answers', NEVER],
  ['rejects', REJECTING],
  ['throws', THROWING],
])('with a journal that %s', (_how, journal) => {
  it.each([
    [
      'a pause',
      (rig: QuotedAccounts): Input => ({
        kind: 'command',
        command: { type: 'pause' },
        actor: operator,
        atUs: rig.nowUs,
      }),
    ],
    [
      'a lost book of the hedge',
      (rig: QuotedAccounts): Input => ({
        kind: 'book-lost',
        instrumentId: AT_EAST,
        reason: 'gap',
        atUs: rig.nowUs,
      }),
    ],
    [
      'a lost private connection',
      (rig: QuotedAccounts): Input => ({
        kind: 'order',
        event: { kind: 'link', venue: WEST, state: 'down', reason: 'cut', atUs: rig.nowUs },
      }),
    ],
  ])('the cancels of both quotes reach their venue in the step of %s', async (_what, stop) => {
    const rig = quoting();
    const { sent, submit } = running(rig, journal);
    // Something is being written, or was refused, already.
    submit({ kind: 'facts-dropped', count: 1, atUs: rig.nowUs });
    const quotes = rig.quotes.map(({ orderId }) => `cancel ${orderId}`);
    const from = sent.length;
    submit(stop(rig));
    expect(sent.slice(from).toSorted()).toEqual(quotes.toSorted());
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    // Once, whatever becomes of the facts.
    expect(sent.slice(from)).toHaveLength(2);
  });
});

it('a journal that rejects has the quotes canceled in the step that hears of it', async () => {
  const rig = quoting();
  const { sent, submit } = running(rig, REJECTING);
  const quotes = rig.quotes.map(({ orderId }) => `cancel ${orderId}`);
  submit({ kind: 'facts-dropped', count: 1, atUs: rig.nowUs });
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  expect(rig.kernel.haltReason).toMatch(/disk full/);
  expect(sent.toSorted()).toEqual(quotes.toSorted());
});

it.each(['at once', 'once its intent is on the disk'])(
  'an order that goes %s leaves after the cancel of the own quote that it would meet',
  async (when) => {
    const rig = quoting();
    rig.shown(499_001, 500_999);
    const bid = rig.quotes.find(({ side }) => side === 'buy');
    const { sent, submit } = running(rig, NEVER, () => (when === 'at once' ? undefined : Promise.resolve()));
    submit({
      kind: 'command',
      command: { type: 'flatten', venue: WEST, coin: 'BTC' },
      actor: operator,
      atUs: rig.nowUs,
    });
    await Promise.resolve();
    expect(sent.findIndex((one) => one.startsWith('place'))).toBe(sent.length - 1);
    expect(sent[0]).toBe(`cancel ${bid?.orderId}`);
    expect(rig.kernel.store.book(AT_WEST).bidCount).toBeGreaterThan(0);
  },
);

it('an order that is canceled in the step that placed it never leaves', () => {
  const rig = quoting();
  const { sent, runner, submit } = running(rig, NEVER);
  const [quote] = rig.quotes;
  if (quote === undefined) throw new Error('quotes rest');
  // As no rule of the kernel does this, its outbox is written by hand.
  const { outbox } = rig.kernel;
  const order = { ...quote, orderId: 'both' };
  outbox.perform({ type: 'place', order });
  outbox.perform({ type: 'cancel', venue: WEST, orderId: 'both' });
  submit({ kind: 'facts-dropped', count: 1, atUs: rig.nowUs });
  expect([sent, runner.waiting]).toEqual([[], 0]);
});
