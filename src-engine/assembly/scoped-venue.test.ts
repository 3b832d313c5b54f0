import { beforeEach, expect, it } from 'vitest';
import type { VenueOrderEvent } from '../domain/order.ts';
import { CancelScope } from '../engine/kill/cancel-scope.ts';
import type { OrderVenue } from '../execution/order-venue.ts';
import { ScopedVenue } from './scoped-venue.ts';

const OWN_FIRST = ['cancel one', 'cancel two', 'look'];
let calls: string[];
let events: VenueOrderEvent[];
let lease: { takenBy: string; isHeld: boolean; answer: () => void };
let scope: CancelScope;
let venue: ScopedVenue;

beforeEach(() => {
  [calls, events] = [[], []];
  lease = { takenBy: '', isHeld: true, answer: () => undefined };
  scope = new CancelScope({
    refusal: () => (lease.isHeld ? '' : 'the lease on the database ended 1 s ago'),
    get takenBy() {
      return lease.takenBy;
    },
    look: () =>
      new Promise((resolve) => {
        calls.push('look');
        lease.answer = resolve;
      }),
  });
  const inner: OrderVenue = {
    venue: 'here',
    connect: () => undefined,
    place: () => undefined,
    cancel: (orderId) => calls.push(`cancel ${orderId}`),
    cancelAll: () => calls.push('cancel all'),
    reconcile: () => undefined,
    keepAlive: (timeoutMs) => calls.push(`countdown ${timeoutMs}`),
    stop: (isLeft) => Promise.resolve(void calls.push(isLeft === true ? 'leave' : 'stop')),
  };
  const clock = { nowUs: () => 7, schedule: () => () => undefined };
  venue = new ScopedVenue({ inner, scope, clock, own: () => ['one', 'two'] });
  venue.connect((event) => events.push(event));
});

const answered = async (): Promise<void> => {
  lease.answer();
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

it('cancels everything at once while the account is this engine’s', () => {
  venue.cancelAll();
  expect(calls).toEqual(['cancel all']);
});

it('cancels its own orders alone once another engine has the account, and says that the rest is not verified', () => {
  [lease.isHeld, lease.takenBy] = [false, 'machine two'];
  venue.cancelAll();
  expect(calls).toEqual(['cancel one', 'cancel two']);
  expect(events).toMatchObject([
    {
      kind: 'cancel-all-failed',
      venue: 'here',
      atUs: 7,
      reason: expect.stringMatching(/by machine two: only/),
    },
  ]);
});

it.each([
  ['another engine is found', 'machine two', [...OWN_FIRST, 'cancel one', 'cancel two']],
  ['none is found, or the database does not answer', '', [...OWN_FIRST, 'cancel all']],
])(
  'cancels its own orders at once and asks who has it before the rest, behind a lease that ended: %s',
  async (_, holder, expected) => {
    lease.isHeld = false;
    venue.cancelAll();
    // The kernel tries again every second: one question is enough.
    venue.cancelAll();
    expect(calls).toEqual(OWN_FIRST);
    lease.takenBy = holder;
    await answered();
    expect(calls).toEqual(expected);
  },
);

it('asks a venue once for each of its own orders while it is not known who has the account', async () => {
  lease.isHeld = false;
  venue.cancelAll();
  await answered();
  venue.cancelAll();
  await answered();
  expect(calls).toEqual([...OWN_FIRST, 'cancel all', 'look', 'cancel all']);
});

it('a kill by hand cancels everything whoever has it, at once, until a later takeover', () => {
  lease.isHeld = false;
  venue.cancelAll();
  lease.takenBy = 'machine two';
  scope.killByHand();
  venue.cancelAll();
  expect(calls).toEqual([...OWN_FIRST, 'cancel all']);
  scope.forgetHand();
  venue.cancelAll();
  expect(calls.slice(4)).toEqual(['cancel one', 'cancel two']);
});

it('sends nothing once it was stopped while it asked', async () => {
  lease.isHeld = false;
  venue.cancelAll();
  await venue.stop();
  await answered();
  expect(calls).toEqual([...OWN_FIRST, 'stop']);
});

it('leaves the dead-man switch of an account on which another engine trades as it is', async () => {
  venue.keepAlive(0);
  [lease.isHeld, lease.takenBy] = [false, 'machine two'];
  venue.keepAlive(0);
  await venue.stop();
  expect(calls).toEqual(['countdown 0', 'leave']);
});
