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
  term('adopt', 'To replace the ledger’s balances with the venue’s, after a deposit or a withdrawal.'),
  term(
    'age',
    'Time since a figure was last updated. A book that is older than the limit is not traded.',
    'Book age',
  ),
  term(
    'alert',
    'An event that needs your attention: a kill, a halt, a lost feed, or one of your rules. It stays unread until it is acknowledged.',
  ),
  term(
    'arming',
    'Allows real orders: every item of a checklist must be done and the venue’s name typed. The engine never arms by itself.',
  ),
  term(
    'ask',
    'A price at which others offer to sell. A buyer who does not want to wait pays the lowest one.',
  ),
  term(
    'basis',
    'How far the mark price of a perpetual is above the middle of the spot book of the same pair, in bps; below zero: beneath it.',
  ),
  term(
    'bid',
    'A price at which others offer to buy. A seller who does not want to wait receives the highest one.',
  ),
  term('book', 'All open orders at a venue for one instrument, by price.', 'Books'),
  term(
    'booked',
    'The result of the fills in bps of the start amount, fees included. Compare expected.',
    'Booked bps',
    'Live bps',
    'Result so far',
  ),
  term('bps', 'Basis points, hundredths of a percent: 10 bps of 1,000 are 1.'),
  term(
    'breaker',
    'Blocks new risk when something is wrong: losses, exposure, bad data, rejected orders. A breaker of the account stays until an operator resets it.',
  ),
  term(
    'canary',
    'The first cycles of armed live trading, at a hundredth of the limits. It disarms when its loss limit is reached.',
    'Cycles completed',
    'Canary loss limit',
  ),
  term(
    'capital',
    'What was paid into the account less what was taken out. What came counts at its value in the home currency when it came or first had a price, what left at its average cost: 25,000 USDT at 0.9995 are 24,987.50 USD. Equity = capital + realised + unrealised, less what is not valued.',
  ),
  term('captured', 'The part of the detected profit that was booked.'),
  term(
    'carry',
    'Where a cross-venue route goes on at another venue with the same coin: nothing is traded, and bringing the coin back later has a cost.',
  ),
  term(
    'carry on paper',
    'A coin that is held on the spot market against the same amount sold as a perpetual: the price cancels out, and funding is left, less four fills. Simulated, in a book of its own.',
  ),
  term(
    'checksum',
    'A number that the venue sends with its book, so that the engine can verify its copy. After a mismatch the book is not used until a new snapshot has arrived.',
    'Checksum faults',
  ),
  term('cooldown', 'Time after an execution in which the same cycle is not traded.'),
  term('cost', 'What the amount that is held was bought for, at average, in the home currency.'),
  term(
    'cross-venue route',
    'Trades at several venues that together return more of a coin than they spend, each paid from what lies at its own venue.',
  ),
  term('cycle', 'A closed path through currencies, such as USD → BTC → ETH → USD.', 'Cycles'),
  term('dead-man switch', 'The venue cancels all orders by itself when the engine has not renewed a timer.'),
  term('decision', 'Why an opportunity was taken or not: one reason of a closed list, with its numbers.'),
  term('denied', 'An order that our own risk checks stopped; it was not sent. Compare rejected and unknown.'),
  term(
    'detected',
    'The sum of what the best plan of each opportunity expected after fees, depth and rounding.',
  ),
  term('drawdown', 'How far equity is below its peak.'),
  term('duration', 'Time from the first order to the end of the last.'),
  term(
    'edge',
    'What a cycle returns beyond its start amount. Gross: at the best prices. Net: after fees, depth, rounding and the slippage buffer.',
  ),
  term(
    'entry',
    'How far the best bid of a perpetual is above the best ask of the spot book of the same pair, in bps: what buying spot and selling the perpetual starts with, before fees.',
  ),
  term(
    'equity',
    'The value of the whole account at the last mid prices, in the home currency.',
    'Start of day',
    'Peak',
  ),
  term('execution', 'One attempt to trade a cycle, from its first order to its end.', 'Executions'),
  term(
    'expected',
    'The net edge at the decision, after all costs. Compare booked.',
    'Exp. bps',
    'Expected profit',
  ),
  term('exposure', 'Value at risk in open orders and positions.'),
  term('facts', 'Numbered messages of what happened; a window that misses one asks for a full new snapshot.'),
  term('fee', 'What the venue charges for a trade, in the asset in which it is charged.', 'Fees'),
  term('fill', 'A part of an order that was traded, with its price and fee.'),
  term('filled', 'How much of an order was traded.'),
  term(
    'flatten',
    'To sell what is free of a coin at a venue for the venue’s cash; what cycles have reserved stays theirs.',
  ),
  term('free', 'Held and not reserved: available for the next order.'),
  term(
    'from cycles',
    'What all finished executions brought back beyond what they spent, fees included. “Today” is the part of it since midnight UTC.',
  ),
  term(
    'from holdings',
    'The rest of the profit: prices of coins that are held, executions in progress, strategies on paper, fees of transfers. A coin that is withdrawn takes what it had gained along.',
  ),
  term(
    'funding',
    'What holders of a perpetual pay each other, usually every eight hours: above zero longs pay shorts.',
    'Funding rate',
  ),
  term(
    'ghost',
    'A simulated account that trades the same market beside a live account. Its tracking error shows how far simulation is from real trading.',
    'Ghost bps',
    'Ghost equity',
  ),
  term('gross', 'The product of the best prices of a cycle, before any cost.', 'Gross bps'),
  term(
    'halted',
    'Nothing new is started until an operator has looked and resumes. Open cycles are finished.',
  ),
  term('hit rate', 'The share of trades with a profit.'),
  term('home currency', 'The currency of equity and profit.'),
  term('in flight', 'Orders that were sent and have not ended.'),
  term('inputs waiting', 'Messages and timers that the engine has not processed yet.'),
  term(
    'instrument',
    'What is traded at a venue, such as BTC/USD: the first asset is bought and sold, the second pays for it.',
  ),
  term('intent', 'What an order is meant to do. It is on disk before the order is sent.'),
  term(
    'kill',
    'No new order, every open order canceled, verified at the venue, latched until re-armed: Ctrl+Shift+K.',
  ),
  term('ledger', 'Our own exact record of what is held, from fills alone.'),
  term('leg', 'One trade of a cycle.'),
  term('life', 'How long an opportunity was profitable, from its start to its end.'),
  term('limit', 'The worst price at which an order may trade.'),
  term('limits', 'What risk allows; each change makes a new version and is kept with its actor.'),
  term('lot', 'The smallest step of a quantity.'),
  term(
    'mark',
    'The value of one unit of an asset in the home currency: the mid price, over the shortest path of pairs.',
  ),
  term(
    'mark price',
    'The price by which a venue values positions in its perpetuals, and by which it counts funding.',
  ),
  term(
    'mean difference',
    'Mean result of the account minus that of its ghost, over cycles that both traded. Below zero: simulation is too optimistic.',
  ),
  term('mid price', 'The middle between the best bid and the best ask.'),
  term('minimum', 'The smallest order that the venue accepts.', 'Min'),
  term('missed', 'The first leg was not filled, so nothing is held.'),
  term('net', 'The edge that remains after fees, depth, rounding and slippage.', 'Net bps', 'Best net'),
  term(
    'not traded',
    'The engine sends no order for this instrument: its fee or its rules are not known, or the venue does not trade it now.',
  ),
  term(
    'not valued',
    'What the coins cost that have no price yet, or none any more: the money is neither lost nor taken out, and equity leaves them out until they have one.',
  ),
  term('notional', 'Value of an order: its price times its quantity.'),
  term('on hold', 'What the venue reserves for orders that were placed elsewhere.'),
  term('opportunity', 'A cycle while its net edge is positive: it has a start and an end.'),
  term('order', 'One instruction to a venue to buy or sell at a limit.'),
  term('outcome', 'How an execution ended.'),
  term('p50', 'The median: half of the samples were shorter.'),
  term('p99', 'One sample in a hundred was longer.'),
  term('p99.9', 'One sample in a thousand was longer.'),
  term('paper', 'Real prices, simulated fills: no order leaves this machine.'),
  term(
    'perpetual',
    'A future without an end: funding keeps its price near the spot price. Watched here, never traded.',
    'Perpetuals',
  ),
  term('price', 'What one unit costs, in the asset after the slash of the instrument.'),
  term(
    'profit',
    'What was received minus what was spent, fees included. Of the account: realised + unrealised, which is what came from cycles and from holdings.',
  ),
  term(
    'quantity',
    'How much is bought or sold, in the asset before the slash of the instrument.',
    'Qty',
    'Bid qty',
    'Ask qty',
  ),
  term(
    'quarantined',
    'A coin with one code at two venues whose prices differ too much. Each is valued by its own venue’s books until you trust it.',
  ),
  term('quoted', 'A resting quote was filled, and hedged at another venue (maker–taker).'),
  term(
    'realised',
    'What sales brought beyond the average cost of what was sold, less fees. It counts coin by coin: a cycle that sells a coin bought at another price realises that difference too. Compare from cycles.',
  ),
  term(
    'reconcile',
    'To compare our ledger with the venue’s account, order by order and to the last decimal.',
  ),
  term('rehearsal', 'Practice of live trading with an account at the simulated exchange on this machine.'),
  term('rejected', 'An order that the venue refused. Compare denied and unknown.'),
  term('reserved', 'Set aside for open orders and cycles; no other order may spend it.'),
  term(
    'residual',
    'An amount left over from a cycle that is too small to sell: below the venue’s minimum order, or worth less than the setting. It is kept and swept when there is enough.',
  ),
  term('seen', 'When an opportunity was last open, or OPEN while it is.'),
  term('settle', 'To fix the final state of an unknown order.'),
  term('severity', 'How soon to act: for information, check, or at once.'),
  term('side', 'Whether the order buys or sells.'),
  term('size', 'The start amount of a cycle: in the home currency on the board, else in its first asset.'),
  term('slippage', 'Price moves between the decision and the order’s arrival; a buffer is reserved for it.'),
  term('spread', 'The distance between the best bid and the best ask, in bps of the mid price.'),
  term('stage', 'A step between a market data frame and an order.'),
  term('stale', 'A book without recent data from its venue. It is shown grey and never traded.'),
  term('storage', 'The database that keeps the history.'),
  term('stranded', 'A position of a failed cycle that could not be unwound. Trading is halted.'),
  term('sum', 'All quantity from the best price to this one.'),
  term(
    'swept',
    'Residuals of earlier cycles were sold, or a coin that an operator flattened; or what executions had sold and not bought back was bought.',
  ),
  term(
    'taker',
    'The side that trades at once against an open order in the book, and pays the taker fee.',
    'Taker, bps',
  ),
  term('test', 'Data that was not used to choose settings: evidence of how they perform on new data.'),
  term('tick', 'The smallest step of a price.'),
  term(
    'tracking error',
    'How far the account and its ghost differ from cycle to cycle: the standard deviation of the differences, in bps.',
  ),
  term('train', 'Data that was used to choose settings; a good result there proves little.'),
  term(
    'unknown',
    'An order without a confirmed state: no answer came. It counts as exposure until the venue reports its state.',
  ),
  term('unrealised', 'Value of what is held, at the last mid prices, less its average cost.'),
  term('unwind', 'To convert the position of a failed cycle back to its start asset by the cheapest route.'),
  term('unwound', 'A leg failed and the position was unwound.'),
  term('venue', 'Where orders are traded. A simulated one is always marked as simulated.'),
  term(
    'waterfall',
    'How much of the gross edge fees, depth, rounding and slippage cost, and the net edge that remains; of a cross-venue route also age risk and inventory.',
  ),
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
