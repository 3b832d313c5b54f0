/** Questions about single orders and symbols: some side by side, and what the venue refuses to show is left out. */
import { VenueRefused } from './public-rest.ts';

/** Of one account, at once: its limits of calls are counted over seconds. */
const SIDE_BY_SIDE = 8;

/** Asks for each, some at a time. @returns the answers in the order of `items`. @throws what the first failed question threw. */
export async function askEach<Item, Answer>(
  items: Iterable<Item>,
  ask: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const [all, answers]: [Item[], Answer[]] = [[...items], []];
  for (let k = 0; k < all.length; k += SIDE_BY_SIDE)
    answers.push(...(await Promise.all(all.slice(k, k + SIDE_BY_SIDE).map(ask))));
  return answers;
}

/**
 * An order that the venue no longer shows, or the history of a symbol that it no longer lists: left out, as absence settles nothing, and
 * the rest of the account can be read. @param concernsAll true for a code that refuses more than what was asked: key, clock, limits.
 * @param onRefused gets the reason. @returns undefined where it was refused. @throws anything but such a refusal.
 */
export async function unlessRefused<Answer>(
  ask: () => Promise<Answer>,
  concernsAll: (code: string) => boolean,
  onRefused: (problem: string) => void,
): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof VenueRefused) || concernsAll(error.code)) throw error;
    onRefused(error.message);
    return undefined;
  }
}
