/** How each panel is used, in a few sentences; what its words mean is read from the panel itself. */
import type { PanelKind } from '../../workspace/panels.tsx';

export const PANEL_HELP: Readonly<Partial<Record<PanelKind, readonly string[]>>> = {
  watchlist: [
    'Press a row, or move to it with the arrow keys: every panel of the same link letter then shows that instrument.',
    'Press / to narrow the list; several words must all be found.',
    'A grey, dotted figure is of a book that is not live. It is never traded.',
  ],
  book: [
    'Asks are above the spread, bids below it, the best prices next to it. A bar is the sum from the best price on.',
    'A ◆ marks a price at which an order of your own rests.',
    'Tick and lot are the smallest steps of price and quantity, Min the smallest order.',
  ],
  chart: [
    'Candles are made of the middle price as the engine saw it, not of trades. Your fills are marked on them.',
    'A gap is a time in which the book was not live.',
  ],
  depth: [
    'Time runs to the right, prices upward; the brighter a spot, the more rests there. The line is the middle price.',
  ],
  trades: ['Public trades of the venue, newest first. The side is what the taker did; large ones stand out.'],
  cycles: [
    'Each triangle with what it pays now. Choose one to see its walk leg by leg and its place in the graph.',
    'In the graph width and colour tell how near the best cycle through an instrument is to paying, the dash how old its book is.',
    'Net counts the taker fees of all legs, not depth and lots: what is really earned is on the board of opportunities.',
  ],
  matrix: [
    'A cell is the best triangle that sells the asset at its left for the one above it. Its tooltip names it.',
    'Names stay in sight while the rest is scrolled.',
  ],
  opportunities: [
    'Those that pay now come first, by what is left after all costs; the closed ones follow, newest first.',
    'Choose one to see where its edge goes: the bars begin at gross and end at net.',
    'The decision says why it was taken or not; in a wide panel the figures behind it stand beside it.',
  ],
  activity: [
    'The latest of what was tried. The panels Executions, Orders and Fills go back as far as the database.',
  ],
  ghost: [
    'The twin trades the same market by simulation while the account trades for real. Where the two drift apart, a backtest is wrong by as much.',
  ],
  pnl: [
    'Equity is all that is held at the last middle prices. What is free may be spent by the next order.',
    'Cost is what the amount was bought for; what is not realised is the difference to what it is worth now.',
  ],
  venues: [
    'One row a venue: whether market data comes and how old it is, whether new cycles begin there and why not.',
    'A venue that cannot be reached keeps no other from trading. Below, choose which venues the profile trades.',
  ],
  positions: ['What is held of each asset, what it cost and what it is worth at the last middle price.'],
  profit: [
    'Finished executions, added up by day and by cycle, exact. The totals equal the sums of the files.',
  ],
  orders: [
    'Every order with how it ended. Older ones are loaded by page; the filter looks at all fields of the file.',
  ],
  fills: [
    'Every part of an order that was traded. The total of fees is by asset, as they cannot be added otherwise.',
  ],
  executions: [
    'Every try to trade a cycle. Compare Exp. bps with Real bps: the difference is what the way cost.',
  ],
  'opportunity-history': [
    'Opportunities that have closed, with their waterfalls. Choose a decision to see what keeps the engine from trading.',
  ],
  risk: [
    'A gauge is how much of a limit is used: near from four fifths on, reached at all of it.',
    'What is held back is listed with the button that lets it go on; it asks twice.',
    'Limits are changed in the settings (,), and every change is kept with who made it.',
  ],
  account: [
    'Before anything is sent the ledger is compared with the venue. “Compare now” asks again.',
    'An order of unknown fate counts as exposure until the venue’s own word settles it.',
  ],
  audit: ['Everything that was changed, denied or halted, with who did it. Nothing can be removed from it.'],
  alerts: [
    'What a trader should have noticed, newest first. Acknowledge one to say that you have seen it; its button leads to what it is about.',
    'Rules of your own are watched by the engine, whether or not a window is open. One fires once, and again only after its value has been back by the margin.',
    'From which severity on alerts are sent to the desktop is set in the settings (,).',
  ],
  logs: [
    'What the engine says and the facts about itself, by level, newest first. It keeps the last 5,000 lines.',
    'Pause holds the lines still, Older loads those before. Choose a line to read and copy it in full.',
  ],
  health: [
    'Where the time goes between a frame and an order, over the last minute. p99 is what one in a hundred takes longer than.',
    'When the loop is late, books are looked at once a turn instead of once a message; that is said here.',
  ],
  lab: [
    'Choose a recording, set what differs from the defaults, and run. A backtest decides by the very kernel that trades.',
    'Recordings of several venues are traded from an account at each: name its balances, or each starts with the same.',
    'A sweep varies settings and says whether its best is an edge or luck. What you tried before on the same data counts.',
    'With the address of a Redis its trials run on every machine that has a worker there.',
  ],
  labJobs: [
    'Long work with its progress. Cancel answers within a second, and what was done so far is kept where it can be.',
    'Jobs that the end of the engine cut off are told. Resume takes a sweep up where it stood.',
  ],
  labReview: [
    'One run, pinned: data and settings by their hashes. Read what it takes for granted before its figures.',
    'Captured says how much of the detected edge came home, and the rows below it where the rest went.',
  ],
  labTrades: [
    'Choose a trade in the table or on the chart: legs, books and the reasons of how it came out are beside it.',
    'All legs shows the instruments of its cycle side by side over the same time; any other is one choice away.',
  ],
  labSweeps: [
    'Train beside test on one scale of colour: an edge that is only in train is none. The verdict says why.',
  ],
  labCompare: ['Two runs: which settings differ, and what that changed. The difference is B less A.'],
};
