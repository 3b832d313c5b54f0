/** The words of this window, each in a sentence or two; in the order of the alphabet. */
export type Term = {
  readonly word: string;
  readonly means: string;
  /** What it is called where there is little room, or where it is one of several. */
  readonly also?: readonly string[];
};

export const GLOSSARY: readonly Term[] = [
  {
    word: 'action',
    means: 'What was done, by its name in the list of operations.',
  },
  {
    word: 'actor',
    means: 'Who did it: a window, the command line, or the engine itself.',
  },
  {
    word: 'age',
    also: ['Oldest', 'Oldest book'],
    means: 'Time since a figure was last told. A book that is older than the limit is not traded on.',
  },
  {
    word: 'alert',
    means:
      'Something that you should have noticed: a kill, a halt, a lost feed, or a rule of your own. It stays unread until somebody acknowledges it.',
  },
  {
    word: 'arming',
    means:
      'Letting real orders leave: by a checklist that holds and the venue’s typed name. Nothing arms by itself.',
  },
  {
    word: 'ask',
    means: 'The price at which somebody sells. A buyer who does not want to wait meets the lowest one.',
  },
  {
    word: 'bid',
    means: 'The price at which somebody buys. A seller who does not want to wait meets the highest one.',
  },
  {
    word: 'book',
    also: ['Books'],
    means: 'All orders that rest at a venue for one instrument, by price.',
  },
  {
    word: 'booked',
    also: ['Real bps', 'Live bps', 'Result so far'],
    means: 'What the fills brought home, in bps of the start amount, fees included. Compare expected.',
  },
  {
    word: 'bps',
    means: 'Basis points, hundredths of a percent: 10 bps of 1,000 are 1.',
  },
  {
    word: 'breaker',
    means:
      'Stops new risk when something is wrong: losses, exposure, bad data, a venue that refuses. Those of the account stay until an operator resets them.',
  },
  {
    word: 'canary',
    also: ['Cycles completed', 'Called back at a loss of'],
    means:
      'The first cycles of armed live trading, at a hundredth of the risk, called back when they lose their budget.',
  },
  {
    word: 'captured',
    means: 'The part of the detected edge that came home.',
  },
  {
    word: 'checksum',
    also: ['Checksum faults'],
    means:
      'A figure that the venue sends with its book, so that a window and an engine can be sure to have the same one. A mismatch makes the book unusable until it was sent anew.',
  },
  {
    word: 'cost',
    means: 'What the amount that is held was bought for, at average, in the home currency.',
  },
  {
    word: 'cycle',
    also: ['Cycles'],
    means: 'A closed walk through currencies, such as USD → BTC → ETH → USD.',
  },
  {
    word: 'dead-man switch',
    means: 'The venue cancels all orders by itself when the engine has not spoken for a while.',
  },
  {
    word: 'decision',
    means: 'Why an opportunity was taken or not: one reason of a closed list, with its numbers.',
  },
  {
    word: 'denied',
    means: 'An order that our own risk checks refused; it never left. Compare rejected and unknown.',
  },
  {
    word: 'detected',
    means: 'What every opportunity’s best plan promised after fees, depth and rounding, added up.',
  },
  {
    word: 'drawdown',
    means: 'How far equity is below the highest that it has been.',
  },
  {
    word: 'dust',
    means:
      'Amounts below the venue’s smallest order that rounding leaves behind. They are kept and swept when there is enough.',
  },
  {
    word: 'edge',
    means:
      'What a cycle brings beyond its start. Gross: at the best prices. Net: after fees, depth, rounding and the slippage buffer.',
  },
  {
    word: 'equity',
    also: ['At day’s start', 'Highest'],
    means: 'Everything the account holds at the last middle prices, in the home currency.',
  },
  {
    word: 'execution',
    means: 'One try to trade a cycle, from its first order to its end.',
  },
  {
    word: 'expected',
    also: ['Exp. bps', 'Expected profit'],
    means: 'What the decision counted on before any order left, after all costs. Compare booked.',
  },
  {
    word: 'facts',
    means: 'Numbered messages of what happened; a window that misses one asks for everything anew.',
  },
  {
    word: 'fee',
    also: ['Fees'],
    means: 'What the venue takes for a trade, in the asset in which it takes it.',
  },
  {
    word: 'fill',
    means: 'A part of an order that was traded, with its price and fee.',
  },
  {
    word: 'filled',
    means: 'How much of an order was traded.',
  },
  {
    word: 'free',
    means: 'Held and not reserved: what the next order may spend.',
  },
  {
    word: 'ghost',
    also: ['Ghost bps', 'Ghost equity'],
    means:
      'A simulated twin that trades the same market beside a live account. Its tracking error tells how far simulation is from truth.',
  },
  {
    word: 'gross',
    also: ['Gross bps'],
    means: 'The product of the best prices of a cycle, before any cost.',
  },
  {
    word: 'halted',
    means: 'Nothing new is taken until an operator has looked and resumes. What is under way is finished.',
  },
  {
    word: 'hit rate',
    means: 'How many of the trades that were made earned something.',
  },
  {
    word: 'in flight',
    means: 'Orders that were sent and have not come to their end.',
  },
  {
    word: 'inputs waiting',
    means: 'Messages and ticks that the engine has not looked at yet.',
  },
  {
    word: 'instrument',
    means:
      'What is traded at a venue, such as BTC/USD: the first is bought and sold, the second pays for it.',
  },
  {
    word: 'intent',
    means: 'What an order is meant to do. It is on the disk before the order leaves.',
  },
  {
    word: 'kill',
    means:
      'No new order, every open order canceled, verified at the venue, latched until re-armed: Ctrl+Shift+K.',
  },
  {
    word: 'ledger',
    means: 'Our own account of what is held, exact, from fills alone.',
  },
  {
    word: 'leg',
    means: 'One trade of a cycle.',
  },
  {
    word: 'life',
    means: 'How long an opportunity paid, from when it began to when it no longer did.',
  },
  {
    word: 'limit',
    means: 'The worst price at which an order may trade.',
  },
  {
    word: 'limits',
    means: 'What risk allows; a change makes a new version and is kept with who made it.',
  },
  {
    word: 'lot',
    means: 'The smallest step of a quantity.',
  },
  {
    word: 'mark',
    means:
      'What a unit of an asset is worth in the home currency: the middle price, over the shortest way through the pairs.',
  },
  {
    word: 'mean difference',
    means:
      'What the account brought less what its ghost did, over cycles that both traded: below zero, simulation flatters.',
  },
  {
    word: 'minimum',
    also: ['Min'],
    means: 'The smallest order that the venue takes.',
  },
  {
    word: 'net',
    also: ['Net bps', 'Best net'],
    means: 'What is left of the edge after fees, depth, rounding and slippage.',
  },
  {
    word: 'notional',
    means: 'Value of an order: its price times its quantity.',
  },
  {
    word: 'opportunity',
    means: 'A cycle while it pays after fees: it has a life, from when it begins to when it no longer does.',
  },
  {
    word: 'order',
    means: 'One instruction to a venue to buy or sell at a limit.',
  },
  {
    word: 'outcome',
    means: 'How a try to trade a cycle ended.',
  },
  {
    word: 'p50',
    means: 'The middle of what was measured: half of it took less.',
  },
  {
    word: 'p99',
    means: 'Of a hundred that were measured, one took longer.',
  },
  {
    word: 'p99.9',
    means: 'Of a thousand that were measured, one took longer.',
  },
  {
    word: 'paper',
    means: 'Real prices, simulated fills: no order leaves this machine.',
  },
  {
    word: 'price',
    means: 'What one unit costs, in the asset after the stroke of the instrument.',
  },
  {
    word: 'profit',
    means: 'What came home less what was spent, fees included.',
  },
  {
    word: 'quantity',
    also: ['Qty', 'Bid qty', 'Ask qty'],
    means: 'How much is bought or sold, in the asset before the stroke of the instrument.',
  },
  {
    word: 'realised',
    means: 'Profit of what was bought and sold again.',
  },
  {
    word: 'reconcile',
    means: 'To hold our ledger against the venue’s account, order by order and to the last decimal.',
  },
  {
    word: 'rehearsal',
    means: 'Live trading practised with an account at the simulated exchange on this machine.',
  },
  {
    word: 'rejected',
    means: 'An order that the venue refused. Compare denied and unknown.',
  },
  {
    word: 'reserved',
    means: 'Set aside for orders and cycles under way; no other order may spend it.',
  },
  {
    word: 'seen',
    means: 'When an opportunity was open last, or OPEN while it pays.',
  },
  {
    word: 'severity',
    means: 'How soon somebody should look: to know, to look at, or at once.',
  },
  {
    word: 'side',
    means: 'Whether the order buys or sells.',
  },
  {
    word: 'size',
    means: 'The amount that a cycle begins with, in its first asset.',
  },
  {
    word: 'slippage',
    means: 'What prices move between the decision and the order’s arrival; a buffer is kept for it.',
  },
  {
    word: 'spread',
    means: 'What lies between the best bid and the best ask, in bps of their middle.',
  },
  {
    word: 'stage',
    means: 'A part of the way from a frame of the venue to an order.',
  },
  {
    word: 'stale',
    means: 'A book whose venue has been silent for too long. It is shown grey and never traded.',
  },
  {
    word: 'storage',
    means: 'The database that keeps what happened.',
  },
  {
    word: 'sum',
    means: 'All quantity from the best price to this one.',
  },
  {
    word: 'taker',
    means: 'Who trades at once against what rests in the book, and pays the taker fee.',
  },
  {
    word: 'test',
    means: 'Data that was kept away from the choice; a result there can be believed sooner.',
  },
  {
    word: 'tick',
    means: 'The smallest step of a price.',
  },
  {
    word: 'took',
    means: 'From the first order to the end of the last.',
  },
  {
    word: 'tracking error',
    means:
      'How far the account and its ghost are apart from cycle to cycle: their differences’ standard deviation, in bps.',
  },
  {
    word: 'train',
    means: 'Data on which settings were chosen; a good result there proves little.',
  },
  {
    word: 'tries',
    means: 'Executions that have finished.',
  },
  {
    word: 'unknown',
    means:
      'An order of which nobody knows what became of it: no answer came. It counts as exposure until the venue’s own word settles it.',
  },
  {
    word: 'unrealised',
    means: 'Profit of what is still held, at the last middle prices.',
  },
  {
    word: 'unwind',
    means: 'To bring what a failed cycle holds home by the cheapest way.',
  },
  {
    word: 'venue',
    means: 'Where orders are traded. A simulated one is always called so.',
  },
  {
    word: 'waterfall',
    means: 'How much of the gross edge fees, depth, rounding and slippage take, and what is left.',
  },
];

/** Terms whose word or meaning has every word that was typed. */
export function findTerms(typed: string): readonly Term[] {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return GLOSSARY;
  const found = GLOSSARY.filter(({ word, means, also = [] }) => {
    const text = [word, means, ...also].join(' ').toLowerCase();
    return words.every((each) => text.includes(each));
  });
  // The word itself before those that only speak of it.
  return found.toSorted(
    (a, b) => Number(b.word.startsWith(words[0] ?? '')) - Number(a.word.startsWith(words[0] ?? '')),
  );
}

const BY_NAME = new Map(
  GLOSSARY.flatMap((term) =>
    [term.word, ...(term.also ?? [])].map((name) => [name.toLowerCase(), term] as const),
  ),
);

/** The term that a heading or a label is; undefined for plain words. */
export function termOf(label: string): Term | undefined {
  return BY_NAME.get(label.trim().toLowerCase());
}
