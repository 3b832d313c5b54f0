/** The gates between a vote and a position, in the order in which they are named. The first that is shut says why nothing is begun. */
import type { Regime } from './regimes.ts';

export type GateFigures = {
  /** Of a rise where the price moves, by all that count; undefined: none does. */
  readonly p: number | undefined;
  /** 1 up, -1 down, 0 neither. */
  readonly side: number;
  /** Agents that count, and those of them that name the side. */
  readonly counted: number;
  readonly agree: number;
  /** Of the votes that passed the gate of probability: how many came true, and the 95 % interval of the share. */
  readonly right: number;
  readonly judged: number;
  readonly interval: readonly [low: number, high: number];
  /** Share of outcomes in which the price moved at all. */
  readonly moved: number;
  /** Mean size of a move over the horizon, none as 0, in bps; NaN: not known. */
  readonly moveBps: number;
  readonly regime: Regime;
  readonly gate: number;
  readonly costBps: number;
  readonly short: boolean;
};

export type GateRow = {
  readonly gate: string;
  readonly value: string;
  readonly bound: string;
  readonly passes: boolean;
};

/** Agents with skill that must name the side. */
const LEAST_AGENTS = 2;
/** Below this share of right ones, of so many that passed the gate, it closes itself until the share is back. */
const LEAST_HITS = 0.7;
const LEAST_JUDGED = 20;
/** Regimes in which no position is begun. */
const RESTS: readonly Regime[] = ['illiquid', 'crisis'];

/** Of the likelier side where the price moves. */
export const sure = (p: number): number => Math.max(p, 1 - p);
/** That the price moves to the likelier side: a price that stands brings nothing. NaN without a vote. */
export const comesTrue = ({ p, moved }: Pick<GateFigures, 'p' | 'moved'>): number =>
  p === undefined ? Number.NaN : sure(p) * moved;
/** What is expected of the vote before costs, in bps; NaN where that is not known. */
export const edgeBps = ({ p, moveBps }: Pick<GateFigures, 'p' | 'moveBps'>): number =>
  p === undefined ? Number.NaN : (2 * sure(p) - 1) * moveBps;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

type Gate = {
  readonly gate: string;
  readonly passes: (figures: GateFigures) => boolean;
  readonly value: (figures: GateFigures) => string;
  readonly bound: (figures: GateFigures) => string;
};

const GATES: readonly Gate[] = [
  {
    gate: 'agreement',
    passes: ({ agree }) => agree >= LEAST_AGENTS,
    value: ({ agree, counted }) => `${agree} of ${counted} agents with skill`,
    bound: () => `at least ${LEAST_AGENTS}`,
  },
  {
    gate: 'probability',
    passes: (figures) => comesTrue(figures) >= figures.gate,
    value: (figures) => (figures.p === undefined ? 'none' : percent(comesTrue(figures))),
    bound: ({ gate }) => `at least ${percent(gate)}`,
  },
  {
    gate: 'hit rate',
    passes: ({ right, judged }) => judged < LEAST_JUDGED || right / judged >= LEAST_HITS,
    value: ({ right, judged, interval: [low, high] }) =>
      judged === 0 ? 'none yet' : `${right} of ${judged} right (95 %: ${percent(low)} to ${percent(high)})`,
    bound: () => `at least ${percent(LEAST_HITS)}, from ${LEAST_JUDGED} on`,
  },
  {
    gate: 'edge after costs',
    passes: (figures) => edgeBps(figures) > figures.costBps,
    value: (figures) => {
      const edge = edgeBps(figures) - figures.costBps;
      return Number.isNaN(edge) ? 'not known' : `${edge.toFixed(1)} bps`;
    },
    bound: () => 'above 0.0 bps',
  },
  {
    gate: 'regime',
    passes: ({ regime }) => !RESTS.includes(regime),
    value: ({ regime }) => regime,
    bound: () => `not ${RESTS.join(' or ')}`,
  },
  {
    gate: 'side',
    passes: ({ side, short }) => side > 0 || (side < 0 && short),
    value: ({ side }) => (side > 0 ? 'up' : side < 0 ? 'down' : 'none'),
    bound: ({ short }) => (short ? 'up or down' : 'up'),
  },
];

/** Empty: all are open. */
export function shutGate(figures: GateFigures): string {
  return GATES.find(({ passes }) => !passes(figures))?.gate ?? '';
}

export function gateRows(figures: GateFigures): GateRow[] {
  return GATES.map(({ gate, passes, value, bound }) => ({
    gate,
    passes: passes(figures),
    value: value(figures),
    bound: bound(figures),
  }));
}
