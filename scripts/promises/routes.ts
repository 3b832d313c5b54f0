import type { PromiseRow } from './promise-row.ts';

const TRADED = 'src-engine/kernel/route-trading.test.ts';
const GATES = 'src-engine/kernel/route-gates.test.ts';
const ALWAYS = 'src-engine/kernel/route-invariants.test.ts';

export const ROUTE_PROMISES: readonly PromiseRow[] = [
  {
    id: 113,
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
    id: 114,
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
    id: 115,
    promise:
      'What a route booked in both ledgers is what its waterfall said, to the last digit, when prices stand still; an edge that a lag makes uncapturable is reported as such.',
    status: 'holds',
    evidence: [
      `${ALWAYS} › is what the waterfall said, to the last digit, when prices stand still`,
      `${ALWAYS} › is captured with a fast line`,
      `${ALWAYS} › is not with a lag of 300 ms, and the figures say why: it was gone when the orders arrived`,
    ],
  },
];
