/** The words of this window, each in a sentence or two; in the order of the alphabet. */
export type Term = {
  readonly word: string;
  readonly means: string;
  /** What it is called where there is little room, or where it is one of several. */
  readonly also: readonly string[];
};

const term = (word: string, means: string, ...also: readonly string[]): Term => ({ word, means, also });

export const GLOSSARY: readonly Term[] = [
  term('action', 'What was done, by its name in the list of operations.'),
  term('actor', 'Who did it: a window, the command line, or the engine itself.'),
  term(
    'age',
    'Time since a figure was last told. A book that is older than the limit is not traded on.',
    'Oldest',
    'Oldest book',
  ),
  term(
    'alert',
    'Something that you should have noticed: a kill, a halt, a lost feed, or a rule of your own. It stays unread until somebody acknowledges it.',
  ),
  term(
    'arming',
    'Letting real orders leave: by a checklist that holds and the venue’s typed name. Nothing arms by itself.',
  ),
  term('ask', 'The price at which somebody sells. A buyer who does not want to wait meets the lowest one.'),
  term('bid', 'The price at which somebody buys. A seller who does not want to wait meets the highest one.'),
  term('book', 'All orders that rest at a venue for one instrument, by price.', 'Books'),
  term(
    'booked',
    'What the fills brought home, in bps of the start amount, fees included. Compare expected.',
    'Real bps',
    'Live bps',
    'Result so far',
  ),
  term('bps', 'Basis points, hundredths of a percent: 10 bps of 1,000 are 1.'),
  term(
    'breaker',
    'Stops new risk when something is wrong: losses, exposure, bad data, a venue that refuses. Those of the account stay until an operator resets them.',
  ),
  term(
    'canary',
    'The first cycles of armed live trading, at a hundredth of the risk, called back when they lose their budget.',
    'Cycles completed',
    'Called back at a loss of',
  ),
  term('captured', 'The part of the detected edge that came home.'),
  term(
    'checksum',
    'A figure that the venue sends with its book, so that a window and an engine can be sure to have the same one. A mismatch makes the book unusable until it was sent anew.',
    'Checksum faults',
  ),
  term('cost', 'What the amount that is held was bought for, at average, in the home currency.'),
  term('cycle', 'A closed walk through currencies, such as USD → BTC → ETH → USD.', 'Cycles'),
  term(
    'dead-man switch',
    'The venue cancels all orders by itself when the engine has not spoken for a while.',
  ),
  term('decision', 'Why an opportunity was taken or not: one reason of a closed list, with its numbers.'),
  term('denied', 'An order that our own risk checks refused; it never left. Compare rejected and unknown.'),
  term('detected', 'What every opportunity’s best plan promised after fees, depth and rounding, added up.'),
  term('drawdown', 'How far equity is below the highest that it has been.'),
  term(
    'edge',
    'What a cycle brings beyond its start. Gross: at the best prices. Net: after fees, depth, rounding and the slippage buffer.',
  ),
  term(
    'equity',
    'Everything the account holds at the last middle prices, in the home currency.',
    'At day’s start',
    'Highest',
  ),
  term('execution', 'One try to trade a cycle, from its first order to its end.'),
  term(
    'expected',
    'What the decision counted on before any order left, after all costs. Compare booked.',
    'Exp. bps',
    'Expected profit',
  ),
  term('facts', 'Numbered messages of what happened; a window that misses one asks for everything anew.'),
  term('fee', 'What the venue takes for a trade, in the asset in which it takes it.', 'Fees'),
  term('fill', 'A part of an order that was traded, with its price and fee.'),
  term('filled', 'How much of an order was traded.'),
  term('free', 'Held and not reserved: what the next order may spend.'),
  term(
    'ghost',
    'A simulated twin that trades the same market beside a live account. Its tracking error tells how far simulation is from truth.',
    'Ghost bps',
    'Ghost equity',
  ),
  term('gross', 'The product of the best prices of a cycle, before any cost.', 'Gross bps'),
  term(
    'halted',
    'Nothing new is taken until an operator has looked and resumes. What is under way is finished.',
  ),
  term('hit rate', 'How many of the trades that were made earned something.'),
  term('in flight', 'Orders that were sent and have not come to their end.'),
  term('inputs waiting', 'Messages and ticks that the engine has not looked at yet.'),
  term(
    'instrument',
    'What is traded at a venue, such as BTC/USD: the first is bought and sold, the second pays for it.',
  ),
  term('intent', 'What an order is meant to do. It is on the disk before the order leaves.'),
  term(
    'kill',
    'No new order, every open order canceled, verified at the venue, latched until re-armed: Ctrl+Shift+K.',
  ),
  term('ledger', 'Our own account of what is held, exact, from fills alone.'),
  term('leg', 'One trade of a cycle.'),
  term('life', 'How long an opportunity paid, from when it began to when it no longer did.'),
  term('limit', 'The worst price at which an order may trade.'),
  term('limits', 'What risk allows; a change makes a new version and is kept with who made it.'),
  term('lot', 'The smallest step of a quantity.'),
  term(
    'mark',
    'What a unit of an asset is worth in the home currency: the middle price, over the shortest way through the pairs.',
  ),
  term(
    'mean difference',
    'What the account brought less what its ghost did, over cycles that both traded: below zero, simulation flatters.',
  ),
  term('minimum', 'The smallest order that the venue takes.', 'Min'),
  term('net', 'What is left of the edge after fees, depth, rounding and slippage.', 'Net bps', 'Best net'),
  term(
    'not traded',
    'The engine sends no order for this instrument: its fee or its rules are not known, or the venue does not trade it now.',
  ),
  term('notional', 'Value of an order: its price times its quantity.'),
  term(
    'opportunity',
    'A cycle while it pays after fees: it has a life, from when it begins to when it no longer does.',
  ),
  term('order', 'One instruction to a venue to buy or sell at a limit.'),
  term('outcome', 'How a try to trade a cycle ended.'),
  term('p50', 'The middle of what was measured: half of it took less.'),
  term('p99', 'Of a hundred that were measured, one took longer.'),
  term('p99.9', 'Of a thousand that were measured, one took longer.'),
  term('paper', 'Real prices, simulated fills: no order leaves this machine.'),
  term('price', 'What one unit costs, in the asset after the stroke of the instrument.'),
  term('profit', 'What came home less what was spent, fees included.'),
  term(
    'quantity',
    'How much is bought or sold, in the asset before the stroke of the instrument.',
    'Qty',
    'Bid qty',
    'Ask qty',
  ),
  term('realised', 'Profit of what was bought and sold again.'),
  term(
    'reconcile',
    'To hold our ledger against the venue’s account, order by order and to the last decimal.',
  ),
  term('rehearsal', 'Live trading practised with an account at the simulated exchange on this machine.'),
  term('rejected', 'An order that the venue refused. Compare denied and unknown.'),
  term('reserved', 'Set aside for orders and cycles under way; no other order may spend it.'),
  term(
    'residual',
    'An amount that was left of a cycle and is too small to sell: below the venue’s smallest order, or worth less than the setting. It is kept and swept when there is enough.',
  ),
  term('seen', 'When an opportunity was open last, or OPEN while it pays.'),
  term('severity', 'How soon somebody should look: to know, to look at, or at once.'),
  term('side', 'Whether the order buys or sells.'),
  term('size', 'The amount that a cycle begins with, in its first asset.'),
  term('slippage', 'What prices move between the decision and the order’s arrival; a buffer is kept for it.'),
  term('spread', 'What lies between the best bid and the best ask, in bps of their middle.'),
  term('stage', 'A part of the way from a frame of the venue to an order.'),
  term('stale', 'A book whose venue has been silent for too long. It is shown grey and never traded.'),
  term('storage', 'The database that keeps what happened.'),
  term('sum', 'All quantity from the best price to this one.'),
  term('taker', 'Who trades at once against what rests in the book, and pays the taker fee.', 'Taker, bps'),
  term('test', 'Data that was kept away from the choice; a result there can be believed sooner.'),
  term('tick', 'The smallest step of a price.'),
  term('took', 'From the first order to the end of the last.'),
  term(
    'tracking error',
    'How far the account and its ghost are apart from cycle to cycle: their differences’ standard deviation, in bps.',
  ),
  term('train', 'Data on which settings were chosen; a good result there proves little.'),
  term('tries', 'Executions that have finished.'),
  term(
    'unknown',
    'An order of which nobody knows what became of it: no answer came. It counts as exposure until the venue’s own word settles it.',
  ),
  term('unrealised', 'Profit of what is still held, at the last middle prices.'),
  term('unwind', 'To bring what a failed cycle holds home by the cheapest way.'),
  term('venue', 'Where orders are traded. A simulated one is always called so.'),
  term('waterfall', 'How much of the gross edge fees, depth, rounding and slippage take, and what is left.'),
];

/** Terms whose word or meaning has every word that was typed. */
export function findTerms(typed: string): readonly Term[] {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return GLOSSARY;
  const found = GLOSSARY.filter(({ word, means, also }) => {
    const text = [word, means, ...also].join(' ').toLowerCase();
    return words.every((each) => text.includes(each));
  });
  // The word itself before those that only speak of it.
  return found.toSorted(
    (a, b) => Number(b.word.startsWith(words[0] ?? '')) - Number(a.word.startsWith(words[0] ?? '')),
  );
}

const BY_NAME = new Map(
  GLOSSARY.flatMap((term) => [term.word, ...term.also].map((name) => [name.toLowerCase(), term] as const)),
);

/** The term that a heading or a label is; undefined for plain words. */
export function termOf(label: string): Term | undefined {
  return BY_NAME.get(label.trim().toLowerCase());
}
