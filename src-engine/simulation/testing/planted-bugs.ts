/** Bugs planted in simulated worlds, to show that the invariants see them. */
import type { FaceName } from '../../venues/local-exchange/face-names.ts';
import { simulate, type Tampering } from '../simulate.ts';
import type { World } from '../world.ts';

/** Which seeds of which worlds are tried. */
export type Tried = {
  /** One exchange when left out. */
  readonly venues?: readonly FaceName[];
  readonly failsLeg?: boolean;
  /** The first seed: one that was known to catch the bug when its test was written. Later code may shift it to a later seed. */
  readonly from: number;
  /** Of how many seeds one must catch it. */
  readonly seeds: number;
  readonly hasStrategy?: boolean;
};

/** Runs seeds with a bug planted until one is caught: what was breached, or `nothing was noticed`. */
export async function caught(tamper: Tampering, { from, seeds, ...world }: Tried): Promise<string> {
  for (let seed = from; seed < from + seeds; seed++) {
    const { violations } = await simulate(seed, { ...world, tamper });
    if (violations.length > 0) return violations.join('; ');
  }
  return 'nothing was noticed';
}

/** Plants something in every engine that comes up. */
export const inEngines =
  (plant: (engine: NonNullable<World['engine']>, world: World) => void): Tampering =>
  (world) => {
    const { onStarted } = world;
    world.onStarted = (engine) => {
      onStarted(engine);
      plant(engine, world);
    };
  };
