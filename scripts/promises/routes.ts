import type { PromiseRow } from './promise-row.ts';

const TRADED = 'src-engine/kernel/route-trading.test.ts';
const GATES = 'src-engine/kernel/route-gates.test.ts';
const ALWAYS = 'src-engine/kernel/route-invariants.test.ts';

export const ROUTE_PROMISES: readonly PromiseRow[] = [
  {
    id: 119,
    promise:
      'A cross-venue route is traded from what lies at each venue, as large as that pays for, once every venue of it is armed and free to trade; what is missing is named.',
    status: 'holds',
    evidence: [
      `${TRADED} › sends both legs at once from what lies at each venue, and books what came of both ledgers`,
      `${TRADED} › is as large as what lies at both venues pays for`,
      `${TRADED} › names what is missing where %s is`,
      `${GATES} › begins when both are armed, as small as the smaller arming allows, and counts for both canaries`,
      `${GATES} › does not begin while one of them is halted, paused, killed, or stopped by a breaker, and cycles there are not asked`,
    ],
  },
  {
    id: 120,
    promise: 'With one leg of a route failing every time nothing is left naked longer than the deadline.',
    status: 'holds',
    evidence: [
      `${ALWAYS} › at %s nothing is left naked longer than the deadline, for every seed`,
      `${TRADED} › is sold at the venue that gives most for it, though it was bought at the other`,
      `${TRADED} › is bought back where it was sold and not bought`,
      `${TRADED} › is sold at the other venue where the one that pays most refuses its orders`,
    ],
  },
  {
    id: 121,
    promise:
      'What a route booked in both ledgers is what its waterfall said, to the last digit, when prices stand still; an edge that a lag makes uncapturable is reported as such.',
    status: 'holds',
    evidence: [
      `${ALWAYS} › is what the waterfall said, to the last digit, when prices stand still`,
      `${ALWAYS} › is captured with a fast line`,
      `${ALWAYS} › is not with a lag of 300 ms, and the figures say why: it was gone when the orders arrived`,
    ],
  },
  {
    id: 122,
    promise:
      'A transfer that the trader declared is recognised as it leaves and arrives within its stated fee, counts as in flight, outlives a restart, and halts nothing; what lies beyond the fee halts as ever.',
    status: 'holds',
    evidence: [
      'src-engine/kernel/inventory.test.ts › is recognised as it leaves and arrives, and is no difference of balances',
      'src-engine/kernel/inventory.test.ts › with its fee on top, or seen at its destination first',
      'src-engine/kernel/inventory.test.ts › beyond its fee is a difference, and halts as ever',
      'src-engine/kernel/inventory.test.ts › goes on after a restart: what was in flight arrives',
      'src-engine/engine/account/inventory.test.ts › declares and cancels transfers by REST and the command line; they are facts, audited, and outlive a restart',
    ],
  },
  {
    id: 123,
    promise:
      'No cycle or route begins through a stablecoin that has left its band for the set time; it is released by itself within half of the band, and a price that is not known stops and releases nothing.',
    status: 'holds',
    evidence: [
      'src-engine/risk/peg-guard.test.ts › stops a stablecoin once it was outside of its band for ten seconds, and what goes through it',
      'src-engine/risk/peg-guard.test.ts › releases it by itself within half of the band, and not at its edge',
      'src-engine/risk/peg-guard.test.ts › is not moved by a price that comes back, by one that is not known, or across a pause',
      'src-engine/kernel/inventory-routes.test.ts › no cycle begins through a stablecoin that is off its peg, and it goes on once that is back',
    ],
  },
];
