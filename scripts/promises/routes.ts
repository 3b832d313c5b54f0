import type { PromiseRow } from './promise-row.ts';

const TRADED = 'src-engine/kernel/route-trading.test.ts';
const GATES = 'src-engine/kernel/route-gates.test.ts';
const EVENING = 'src-engine/execution/evening.test.ts';
const MISSING = 'src-engine/assembly/missing-coins.test.ts';
const SWEEPER = 'src-engine/execution/sweeper.test.ts';
const BOARD = 'src-engine/inventory/board.test.ts';
const FIGURES = 'src-engine/inventory/figures.test.ts';
const MAKER = 'src-engine/kernel/maker-line.test.ts';
const QUOTED = 'src-engine/kernel/quoted-accounts.test.ts';
const WORLDS = 'src-engine/simulation/quoted-worlds.test.ts';
const ALWAYS = 'src-engine/kernel/route-invariants.test.ts';
const FAILING = 'src-engine/simulation/failing-leg.test.ts';

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
      `${FAILING} › nothing stays naked longer than the deadline, however a leg fails`,
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
  {
    id: 167,
    promise:
      'Planted edges of exchanges that share a market pay a few bps after the fees of a route, whatever the others charge; the demo of three exchanges shows such edges.',
    status: 'holds',
    evidence: [
      'src-engine/venues/local-exchange/several-exchanges.test.ts › plant edges that pay a few bps after the fees of the route, whatever the others charge',
    ],
  },
  {
    id: 168,
    promise:
      'On paper a fill of a quote is hedged at once at the other venue, both are one record that says what they earned, and what is gathered below a minimum is in no record twice.',
    status: 'holds',
    evidence: [
      `${MAKER} › hedges a fill at once, records both as one execution, and quotes anew`,
      `${MAKER} › gathers fills below the hedge’s minimum over several records, and hedges them once they are enough`,
    ],
  },
  {
    id: 169,
    promise:
      'Quotes are pulled when either book is not live, on a pause, a kill, a quarantine, and when turned off; over seeds none is larger than what its hedge takes and nothing is naked beyond the deadline.',
    status: 'holds',
    evidence: [
      `${MAKER} › both sides are pulled when %s`,
      `${MAKER} › a kill cancels everything, sends no hedge, and records what was not hedged`,
      `${MAKER} › a quarantined coin is not quoted, and a release brings the quotes back`,
      `${MAKER} › no quote is larger than what its hedge takes, nothing is naked beyond the deadline, and the ledger adds up`,
    ],
  },
  {
    id: 136,
    promise:
      'A market is shown at all its venues with prices after fees, who moves first, and the edge of each two venues from live books alone; nothing that does not pay is shown as paying.',
    status: 'holds',
    evidence: [
      'src-engine/engine/market/cross-venue-watch.test.ts › prices after fees as each venue charges them, and the edge both ways, agree with a reckoning by hand',
      'src-engine/engine/market/cross-venue-watch.test.ts › the venue whose price moves 300 ms before the other leads by 300 ms',
      'src-engine/detection/spread-cells.test.ts › what does not pay is never shown as paying: down over zero there is no margin',
      'src-engine/statistics/lead-lag.test.ts › nothing is said of few pairs, of what stands still, and of what is unrelated in 98 of 100 cases',
    ],
  },
  {
    id: 137,
    promise:
      'Venues are compared by what their orders did: fill rate, latency, slippage, rejections, and the cost of legs that failed.',
    status: 'holds',
    evidence: [
      'src-engine/storage/queries/venue-comparison.test.ts › fills, misses, refusals, latency, slippage and what failed legs cost, each at its venue',
    ],
  },
  {
    id: 138,
    promise:
      'A maker’s quote is never larger than what its hedge takes with all that is not hedged yet, and the hedge’s worst price pays both fees and the asked edge; in a rehearsal over recordings.',
    status: 'holds',
    evidence: [
      'src-engine/strategies/maker-taker/quote-rule.test.ts › of 800 seeded markets: the hedge’s worst price pays both fees and the edge, the size is what its ladder and the funds hold',
      'src-engine/strategies/maker-taker/maker-taker.test.ts › several fills together are never more than the hedge side takes',
      'src-engine/strategies/maker-taker/maker-taker.test.ts › balances are those that own orders leave: hedges under way and to come are taken off, the own quote is not',
    ],
  },
  {
    id: 139,
    promise:
      'A maker–taker rehearsal is never open beyond its bound, hedges by its deadline what can be hedged, and pulls both quotes while either book is not live.',
    status: 'holds',
    evidence: [
      'src-engine/backtest/maker-taker/rehearsal.test.ts › over 25 seeded markets nothing is open beyond the bound, and what can be hedged is hedged by the deadline',
      'src-engine/strategies/maker-taker/maker-taker.test.ts › both sides are pulled when either book is not live, whatever the budget says',
    ],
  },
  {
    id: 149,
    promise:
      'What a route left open is evened out where that brings most, or buys back what is missing for least, of the venues that are free to trade and hold what it takes; one that has all of it comes before one that has a part.',
    status: 'holds',
    evidence: [
      `${EVENING} › is sold where it brings most, of those venues where all of it is free`,
      `${EVENING} › is sold where trading is not stopped first, and where the last try found nothing last`,
      `${EVENING} › that pays for a missing coin may be less than is offered, where that buys it for less`,
      `${EVENING} › stays where it is while its code, or that of what it is to become, may stand for two coins`,
    ],
  },
  {
    id: 150,
    promise:
      'After a restart in the middle of a route, what it bought and did not sell is swept home, counted over its venues; what it sold and did not buy is named, and bought back.',
    status: 'holds',
    evidence: [
      `${SWEEPER} › is what it bought at one venue and did not sell at the other, where it came`,
      `${SWEEPER} › and sold and did not buy is named as missing, and is nothing to sweep; of a cycle too`,
      `${SWEEPER} › is less by what an order of the earlier run still sells of the coin at the other venue`,
    ],
  },
  {
    id: 151,
    promise:
      'The board proposes to bring back what is missing of a coin, and no more than lies beyond its target where most of it does; what it costs is read from the books or entered, else it is unknown.',
    status: 'holds',
    evidence: [
      `${BOARD} › is what is missing, or what lies beyond its target elsewhere, and from where most does`,
      `${BOARD} › says in how many days a move pays for itself`,
      `${FIGURES} › is bought up the asks there and sold down the bids in the east, fees included`,
      `${FIGURES} › costs its fee, and the cheapest comes first, one of unknown fee last`,
    ],
  },
  {
    id: 185,
    promise:
      'A coin that any execution sold and did not buy back, for a kill or a crash, is known after every restart by its amount, is an alert, and is bought back once trading is open; never what an operator sold, and never twice.',
    status: 'holds',
    evidence: [
      `${MISSING} › because of a kill is missing after the restart, and is bought back after the re-arm, once`,
      `${MISSING} › because the engine died between fill and hedge is missing after the restart, and named`,
      `${MISSING} › because of a kill is missing after the restart`,
      `${MISSING} › what an operator sold by hand is not bought back, nor what the account is then taken to hold`,
      `${MISSING} › what an operator bought by hand, and adopted, is not bought again`,
    ],
  },
  {
    id: 190,
    promise:
      'Quotes at accounts of a rehearsal rest post-only, where the venue cancels them by itself once the engine falls silent; books are seen without them, each fill is hedged in the same step, what stops trading pulls them in that step, and a crash leaves none open.',
    status: 'holds',
    evidence: [
      `${QUOTED} › rest post-only a tick before the best of others, and stay while the book shows them`,
      `${QUOTED} › wait for the countdown of their venue, and are pulled once it has run out`,
      `${QUOTED} › a fill is hedged in the same step, and both quotes are pulled until it is`,
      `${QUOTED} › no cycle takes them, and an order that brings risk back has them out of its way first`,
      `${QUOTED} › what a run before left resting is taken out of view, and canceled as soon as its venue shows it`,
      `${QUOTED} › has shown both accounts once it was filled and hedged as often as a canary needs cycles`,
      'src-engine/books/own-orders-overlay.test.ts › whatever comes, a book without own orders is that of its venue less what they may be, and lifting them gives it back',
      `${WORLDS} › are hedged at the other venue once they are filled, and both ledgers agree with both venues to the last digit`,
      `${WORLDS} › are gone from both venues after a kill, which says so once both have shown it`,
      `${WORLDS} › are canceled by the watchdogs of an engine that died, and the next one finds nothing open and every fill`,
      `${WORLDS} › are canceled by their own venue where neither the engine nor its watchdog is left`,
    ],
  },
];
