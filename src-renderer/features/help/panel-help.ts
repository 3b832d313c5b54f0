/** How each panel is used, in a few sentences; what its words mean is read from the panel itself. */
import type { PanelKind } from '../../workspace/panels.tsx';

export const PANEL_HELP: Readonly<Partial<Record<PanelKind, readonly string[]>>> = {
  watchlist: [
    'Press a row, or move to it with the arrow keys: every panel of the same link letter then shows that instrument.',
    'Press / to filter the list; all words must match.',
    'A grey, dotted figure is from a book that is not live. It is never traded.',
  ],
  book: [
    'Asks are above the spread, bids below it, the best prices next to it. A bar is the cumulative quantity from the best price.',
    'A ◆ marks a price with one of your own open orders.',
    'Tick and lot are the smallest steps of price and quantity, Min the smallest order.',
  ],
  chart: [
    'Candles are built from the engine’s mid price, not from trades. Your fills are marked on them.',
    'A gap is a period in which the book was not live.',
  ],
  depth: [
    'Time runs to the right, prices upward; the brighter a spot, the larger the quantity. The line is the mid price.',
  ],
  trades: [
    'Public trades of the venue, newest first. The side is the taker’s; large trades are highlighted.',
  ],
  cycles: [
    'Each triangle with its current edge. Choose one to see it leg by leg and in the graph.',
    'In the graph, width and colour show how near to profit the best cycle through an instrument is, the dash how old its book is.',
    'Net includes the taker fees of all legs, but not depth and lots: the Opportunities panel shows the full net edge.',
  ],
  matrix: [
    'A cell is the best triangle that sells the asset of the row for the asset of the column. Its tooltip names the triangle.',
    'Row and column names stay visible while you scroll.',
  ],
  'market-by-venue': [
    'The market of the linked instrument at all its venues. Choose a row to see its book in the other panels of the same link letter.',
    'Prices after the taker fee are comparable between venues: ▸ marks where selling brings most and where buying costs least.',
    'Lead compares the last minute’s returns: a venue that lags shows an old price for that long, and edges against it are often gone before an order arrives.',
  ],
  'venue-spreads': [
    'A cell buys at the venue of the row and sells at that of the column, after both taker fees. ▲ marks what pays.',
    'Only live books count. Depth, age risk and bringing coins back are not in it: the Opportunities panel shows the full net edge.',
    'Below it are all markets at two venues or more, with the best edge of each. Choose one to see its matrix.',
  ],
  funding: [
    'Choose the venues whose perpetuals are watched. Only their public data are read: no key is used, and no order is ever sent there.',
    'Funding is what one payment costs: above 0 longs pay shorts. “A year” is the same rate paid for 365 days; rates change with every payment.',
    'The basis compares the mark with the spot book of the same pair. USD, USDT and USDC are never taken for each other.',
    'A recording of the session has a file for each of these venues beside those of the books.',
    'A carry on paper holds the coin on the spot market against the same amount sold as a perpetual. Both legs are simulated in a book of their own; no order is sent and no balance is touched.',
  ],
  'venue-comparison': [
    'What the profile’s orders did at each venue. The latency is from an order’s creation until its end was known, so the journal is in it.',
    'A failed leg is an execution that had to be unwound or was stranded, at the venue whose leg filled least.',
  ],
  opportunities: [
    'Open ones come first, by net edge; closed ones follow, newest first. No row moves while the pointer is over them.',
    'What cannot be traded (below a minimum, no balance to start with) is hidden and counted; “all” lists it.',
    'Choose one to see how costs reduce its edge: the bars begin at gross and end at net.',
    'The decision says why it was taken or not; a wide panel also shows its numbers.',
  ],
  linked: [
    'Choose an opportunity or a cycle: each leg shows its book, and the shaded part of the ladder is what its order would take.',
    'The link groups A, B, C and D show one leg each. Press the head of a leg to show it in the group of this panel.',
    'Pin keeps the cycle while you choose others elsewhere. The waterfall is that of its open life, or of the last one.',
  ],
  story: [
    'Press an execution in Activity or Executions, or Enter on it: its story is shown here.',
    'The timeline is in the engine’s clock and begins with the market data that it was decided on.',
    'The list below the waterfall says where the result differs from the expected net edge. What the engine did not keep is left out and named.',
  ],
  activity: [
    'The latest executions, orders, fills and events. The panels Executions, Orders and Fills go back as far as the database.',
  ],
  ghost: [
    'The ghost trades the same market by simulation while the account trades for real. Their difference is the error to expect of a backtest.',
  ],
  pnl: [
    'Equity is the value of all balances at the last mid prices. Free balances are available for the next order.',
    'Cost is what the amount was bought for; unrealised is its value now minus that cost.',
  ],
  venues: [
    'One row per venue: its market data and their age, and whether new cycles start there and, if not, why.',
    'A venue that cannot be reached does not stop the others. Below, choose which venues the profile trades.',
  ],
  positions: ['The balance of each asset, its cost and its value at the last mid price.'],
  inventory: [
    'What lies at each venue beside its target: yours, or an equal share of all that is held of the coin. Choose a row to see the moves that bring it back.',
    'Parallax cannot withdraw: make a transfer at the venue and declare it here. It counts as in flight, and is recognised as it leaves and arrives.',
    'Fees, minimums and times of withdrawals are as you entered them; what is not entered is shown as unknown.',
  ],
  strategies: [
    'Set a strategy on a market of the session. In shadow it sends no order: what it decides is booked as the books would have filled it, with the taker fee.',
    'On paper its orders go through the same risk checks and limits as any order, to simulated venues. In a rehearsal one may be promoted to the account, by the gates of its record, within a stake and a loss budget; real accounts are not open to strategies yet.',
    'A decision is carried out from the next tick on, never at the price it was made on. What was not carried out is counted under “Why not traded”.',
    'A strategy that throws or takes too long is stopped, and nothing else is. Your own are read from the folder “strategies” of the data folder.',
  ],
  portfolio: [
    'Set target shares of coins, each with a band, and what stays cash. The portfolio has a capital of its own and trades only what it bought.',
    'A coin that left its band is traded back where the expected benefit exceeds the fee, half the spread and the slippage of the trade; both are shown, part by part. The benefit is the growth that the deviation would cost over the horizon.',
    'Strategies of the session that give signals move the targets: by Kelly’s share of what they said, believed no further than their own hits, and no more than a bound.',
    'In shadow it sends no order; on paper its orders go through the risk checks of every order. When targets change what it holds stays; switched off, it sells it.',
  ],
  models: [
    'Train one here on a recording or a file of bars, or import one with “parallax model import”. Each version is a file that is known by its SHA-256.',
    'The verdict is about rows that no fit has seen, after costs, and allows for how often was tried. Most models are not better than chance, and it says so.',
    'A model runs as a strategy, in shadow first; champion and challenger may run beside each other. Drift or a bad calibration only ever makes it hold nothing.',
    'A promotion asks for every gate, by value and bound, and for the name of the model; OVERRIDE and a reason pass over them. Rolling back brings the champion before back in one step. All of it is in the audit trail.',
  ],
  profit: [
    'Finished executions, added up by day and by cycle, exact. The totals equal the sums of the files.',
  ],
  orders: [
    'Every order with its final state. Older ones are loaded by page; the filter searches all fields of the file.',
  ],
  fills: ['Every part of an order that was traded. Fees are totalled per asset.'],
  executions: [
    'Every attempt to trade a cycle. Compare Exp. bps with Booked bps: the difference is the cost of execution.',
  ],
  'opportunity-history': [
    'Opportunities that have closed, with their waterfalls. Choose a decision to see why the engine does not trade.',
  ],
  risk: [
    'A gauge shows how much of a limit is used: near from 80 %, reached at 100 %.',
    'What is blocked is listed with a button that releases it; the button asks twice.',
    'Limits are changed in the settings, and every change is kept with its actor.',
  ],
  account: [
    'The ledger is compared with the venue before any order is sent. “Compare now” repeats it.',
    'An unresolved order counts as exposure until the venue reports its state.',
  ],
  audit: ['Everything that was changed, denied or halted, with its actor. Entries cannot be removed.'],
  alerts: [
    'Events that need attention, newest first. Acknowledge one when you have seen it; its button opens the panel it is about.',
    'The engine checks your own rules, with or without an open window. A rule fires once, and again only after its value has moved back by the margin.',
    'The settings define which alerts are sent to the desktop.',
  ],
  logs: [
    'The engine’s log and events by level, newest first. The last 5,000 lines are kept.',
    'Pause stops the list, Older loads earlier lines. Choose a line to read and copy it in full.',
  ],
  health: [
    'Latency of each stage from a frame to an order, over the last minute. One sample in a hundred is longer than p99.',
    'When the loop is late, books are evaluated once per loop turn instead of once per message; this panel shows it.',
  ],
  lab: [
    'Choose a recording, change settings where needed, and run. A backtest uses the same kernel as live trading.',
    'Recordings of several venues are traded with an account at each: enter its balances, or each starts with the same amount.',
    'A sweep varies settings and tests whether its best result is an edge or luck. Earlier sweeps on the same data count.',
    'With a Redis address its trials run on every machine with a connected worker.',
  ],
  labJobs: [
    'Backtests, sweeps and imports with their progress. Cancel takes effect within a second; finished parts are kept where possible.',
    'Jobs that were interrupted by the end of the engine are marked. Resume continues a sweep at the point of interruption.',
  ],
  replay: [
    'A recording is played through the kernel that trades live, with simulated orders: no order of it can leave. Its frame and its banner say so.',
    'Play runs at the chosen speed and stops at what you chose; Step plays one message of the market, Next decision as many as it takes.',
    'Drag the scrubber to any moment: its marks are cycles that were taken (high) and opportunities that were seen (low) so far. Press an execution for its story.',
  ],
  labReview: [
    'One run with its figures, its equity and where its edge went. Unfold its assumptions before you believe the figures.',
    'Captured is the part of the detected profit that was booked; the other rows show where the rest was lost.',
  ],
  labTrades: [
    'Choose a trade in the table or on the chart to see its legs, its books and the reasons of its result.',
    'All legs shows the instruments of its cycle side by side over the same period; you can choose any other.',
  ],
  labSweeps: [
    'Train beside test on one colour scale: an edge that appears only in train is not an edge. The verdict gives the reasons.',
  ],
  labCompare: ['Two runs: which settings differ, and the effect on results. The difference is B minus A.'],
  documentation: [
    'Choose a page at the left, or type words: headings that have them come first.',
    'It is the manual of the version that runs, and needs no network. The same pages are at /docs.html of an engine that serves its window.',
  ],
};
