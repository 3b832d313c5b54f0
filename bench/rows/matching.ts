/** The local exchange's matching engine and nodejs-order-book, fed the same stream of orders. */
import { OrderBook, Side } from 'nodejs-order-book';
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { EngineOrder } from '../../src-engine/venues/local-exchange/core/matching/book-side.ts';
import { MatchingEngine } from '../../src-engine/venues/local-exchange/core/matching/matching-engine.ts';
import { interleaved } from '../measure.ts';
import { type Row, rowOf, versionOf } from '../report.ts';

const ROUNDS = 15;
const WARM_UP = 5;
const ACTIONS = 50_000;

type Action =
  | {
      readonly kind: 'limit';
      readonly id: string;
      readonly isBuy: boolean;
      readonly price: number;
      readonly qty: number;
    }
  | { readonly kind: 'cancel'; readonly id: string };

/** Limit orders around a wandering price, of which a third trade at once, and cancels of those that rest. */
function orderStream(): Action[] {
  const random = new SeededRandom(7);
  const placed: string[] = [];
  let middle = 100_000;
  return Array.from({ length: ACTIONS }, (_, i): Action => {
    middle += random.integer(-2, 2);
    const at = random.integer(0, placed.length - 1);
    if (placed.length > 500 && random.next() < 0.45) {
      const id = placed[at] ?? '';
      placed[at] = placed.at(-1) ?? '';
      placed.pop();
      return { kind: 'cancel', id };
    }
    const id = `o${i}`;
    placed.push(id);
    const isBuy = random.next() < 0.5;
    const away = Math.floor(random.exponential(40)) - 12;
    return {
      kind: 'limit',
      id,
      isBuy,
      price: middle + (isBuy ? -away : away),
      qty: random.integer(1, 1_000),
    };
  });
}

export function matchingRow(): Row {
  const actions = orderStream();
  let oursFilled = 0;
  let peerFilled = 0;
  const [oursNs = [], peerNs = []] = interleaved(
    [
      { name: 'ours', run: () => ((oursFilled = runOurs(actions)), ACTIONS) },
      { name: 'nodejs-order-book', run: () => ((peerFilled = runPeer(actions)), ACTIONS) },
    ],
    ROUNDS,
    WARM_UP,
  );
  if (oursFilled === 0 || oursFilled !== peerFilled) {
    throw new Error(`the engines disagree: ${oursFilled} and ${peerFilled} units were filled`);
  }
  return rowOf({
    name: `matching engine, ${ACTIONS.toLocaleString('en-US')} orders and cancels`,
    unit: 'ns/action',
    ours: oursNs,
    peer: `nodejs-order-book ${versionOf('nodejs-order-book')}`,
    peerValue: peerNs,
    atLeast: 1,
    less: true,
  });
}

function runOurs(actions: readonly Action[]): number {
  let filled = 0;
  const engine = new MatchingEngine({
    onFill: (_taker, _maker, _price, qty) => {
      filled += qty;
    },
    onLevelChange: () => undefined,
  });
  const orders = new Map<string, EngineOrder>();
  for (const action of actions) {
    if (action.kind === 'cancel') {
      const order = orders.get(action.id);
      if (order !== undefined) engine.cancel(order);
      orders.delete(action.id);
      continue;
    }
    const order = new EngineOrder(0, action.isBuy ? 'buy' : 'sell', action.price, action.qty);
    orders.set(action.id, order);
    engine.place(order, 'gtc');
  }
  return filled;
}

function runPeer(actions: readonly Action[]): number {
  let filled = 0;
  const book = new OrderBook();
  for (const action of actions) {
    if (action.kind === 'cancel') {
      book.cancel(action.id);
      continue;
    }
    const { id, isBuy, price, qty } = action;
    const { quantityLeft } = book.limit({ id, side: isBuy ? Side.BUY : Side.SELL, size: qty, price });
    filled += qty - quantityLeft;
  }
  return filled;
}
