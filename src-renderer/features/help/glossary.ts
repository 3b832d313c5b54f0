/** The words of this window, each in a sentence or two; in the order of the alphabet. */
export type Term = { readonly word: string; readonly means: string };

export const GLOSSARY: readonly Term[] = [
  {
    word: 'age',
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
  { word: 'book', means: 'All orders that rest at a venue for one instrument, by price.' },
  { word: 'bps', means: 'Basis points, hundredths of a percent: 10 bps of 1,000 are 1.' },
  {
    word: 'breaker',
    means:
      'Stops new risk when something is wrong: losses, exposure, bad data, a venue that refuses. Those of the account stay until an operator resets them.',
  },
  {
    word: 'canary',
    means:
      'The first cycles of armed live trading, at a hundredth of the risk, called back when they lose their budget.',
  },
  {
    word: 'checksum',
    means:
      'A figure that the venue sends with its book, so that a window and an engine can be sure to have the same one. A mismatch makes the book unusable until it was sent anew.',
  },
  { word: 'cycle', means: 'A closed walk through currencies, such as USD → BTC → ETH → USD.' },
  {
    word: 'dead-man switch',
    means: 'The venue cancels all orders by itself when the engine has not spoken for a while.',
  },
  {
    word: 'denied',
    means: 'An order that our own risk checks refused; it never left. Compare rejected and unknown.',
  },
  { word: 'drawdown', means: 'How far equity is below the highest that it has been.' },
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
  { word: 'equity', means: 'Everything the account holds at the last middle prices, in the home currency.' },
  { word: 'execution', means: 'One try to trade a cycle, from its first order to its end.' },
  { word: 'fill', means: 'A part of an order that was traded, with its price and fee.' },
  {
    word: 'ghost',
    means:
      'A simulated twin that trades the same market beside a live account. Its tracking error tells how far simulation is from truth.',
  },
  {
    word: 'halted',
    means: 'Nothing new is taken until an operator has looked and resumes. What is under way is finished.',
  },
  { word: 'intent', means: 'What an order is meant to do. It is on the disk before the order leaves.' },
  {
    word: 'kill',
    means:
      'No new order, every open order canceled, verified at the venue, latched until re-armed: Ctrl+Shift+K.',
  },
  { word: 'leg', means: 'One trade of a cycle.' },
  { word: 'lot', means: 'The smallest step of a quantity.' },
  {
    word: 'mark',
    means:
      'What a unit of an asset is worth in the home currency: the middle price, over the shortest way through the pairs.',
  },
  { word: 'notional', means: 'Value of an order: its price times its quantity.' },
  {
    word: 'opportunity',
    means: 'A cycle while it pays after fees: it has a life, from when it begins to when it no longer does.',
  },
  { word: 'paper', means: 'Real prices, simulated fills: no order leaves this machine.' },
  {
    word: 'reconcile',
    means: 'To hold our ledger against the venue’s account, order by order and to the last decimal.',
  },
  {
    word: 'rehearsal',
    means: 'Live trading practised with an account at the simulated exchange on this machine.',
  },
  { word: 'rejected', means: 'An order that the venue refused. Compare denied and unknown.' },
  {
    word: 'slippage',
    means: 'What prices move between the decision and the order’s arrival; a buffer is kept for it.',
  },
  {
    word: 'stale',
    means: 'A book whose venue has been silent for too long. It is shown grey and never traded.',
  },
  { word: 'taker', means: 'Who trades at once against what rests in the book, and pays the taker fee.' },
  { word: 'tick', means: 'The smallest step of a price.' },
  {
    word: 'unknown',
    means:
      'An order of which nobody knows what became of it: no answer came. It counts as exposure until the venue’s own word settles it.',
  },
  { word: 'unwind', means: 'To bring what a failed cycle holds home by the cheapest way.' },
  {
    word: 'waterfall',
    means: 'How much of the gross edge fees, depth, rounding and slippage take, and what is left.',
  },
];

/** Terms whose word or meaning has every word that was typed. */
export function findTerms(typed: string): readonly Term[] {
  const words = typed.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return GLOSSARY;
  const found = GLOSSARY.filter(({ word, means }) => {
    const text = `${word} ${means}`.toLowerCase();
    return words.every((each) => text.includes(each));
  });
  // The word itself before those that only speak of it.
  return found.toSorted(
    (a, b) => Number(b.word.startsWith(words[0] ?? '')) - Number(a.word.startsWith(words[0] ?? '')),
  );
}
