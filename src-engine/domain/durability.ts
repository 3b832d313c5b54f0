/**
 * What the intent of an order survives before the order is sent. `process`: any death of the engine's process; after a power loss
 * the venue is asked for our ids. `disk`: a power loss as well, as the intent is on the disk by then.
 */
export const DURABILITIES = ['process', 'disk'] as const;
export type Durability = (typeof DURABILITIES)[number];

/** The safe one holds until a trader chooses. */
export const DEFAULT_DURABILITY: Durability = 'disk';

/** For people: what each level keeps, and what it leaves to the venue. */
export const DURABILITY_WORDS: Readonly<Record<Durability, string>> = {
  process:
    'written before an order is sent: survives a crash of the engine; after a power loss the venue is asked for our orders',
  disk: 'on the disk before an order is sent: survives a crash of the engine and a power loss',
};
