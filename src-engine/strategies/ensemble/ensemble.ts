/**
 * Agents that vote, weighted by what their votes were worth so far, and the gates behind which a position is wanted. All of it follows from closed bars alone, so that a replay
 * comes to the same votes. It learns as it goes: calibration, weights and the hit rate of the gate are measured on outcomes that came after what they judge.
 */
import { z } from 'zod';
import type { TimeUs } from '../../domain/time.ts';
import { kellyOfOdds } from '../../domain/kelly.ts';
import { logistic } from '../../lib/elementary.ts';
import type { Outbox, Strategy, StrategyModule, View } from '../strategy-port.ts';
import {
  type Agent,
  AGENT_NAMES,
  type AgentInput,
  type AgentName,
  HOUSE_AGENTS,
  MODEL_COLUMNS,
  modelRow,
  SIGNALS,
  type Signs,
} from './agents.ts';
import { ENSEMBLE_STATE, type EnsembleReport, type Vote, type VoteState } from './ensemble-report.ts';
import { type LastVote, lastVote, NO_VOTE, restoredVotes } from './last-vote.ts';
import { comesTrue, edgeBps, type GateFigures, gateRows, shutGate, sure } from './gates.ts';
import { HitRecord, LEAST_OUTCOMES, pooledLogit, ScoreRecord } from './record.ts';
import { regimeSigns } from './regime-signs.ts';
import { RegimeFilter, REGIMES } from './regimes.ts';

const PARAMETERS = z.strictObject({
  /** Bars from a vote to its outcome, for which a position is held. */
  horizonBars: z.int().min(1).max(100).default(5),
  /** Least probability of the side that is taken. */
  gate: z.number().min(0.5).max(0.99).default(0.8),
  /** Of both fills together, in bps. */
  costBps: z.number().min(0).max(1_000).default(20),
  short: z.boolean().default(false),
});
type Parameters = z.infer<typeof PARAMETERS>;

/** What an agent rests on may be so many bars old. */
const MOST_AGE_BARS = 1.5;
const MOST_SCORE = 1e6;
const NO_ROW = new Float64Array(0);
/** Weight of the newest in the mean size of a move, in the usual spread, and in the shares of rises and of moves. */
const SLOW = 0.02;
/** Of the model that learns from outcomes: step and decay. */
const RATE = 0.05;
const DECAY = 0.999;

export type EnsembleAbout = {
  readonly name?: string;
  /** Features that an agent reads besides those of `SIGNALS`, which they follow. */
  readonly more?: readonly string[];
};

/** @param markets 2: the second one leads, and the first is traded. @param agents those that have an input; the others are shown without one. */
export function ensembleOf(
  markets: 1 | 2,
  agents: readonly Agent[] = HOUSE_AGENTS,
  { name = markets === 1 ? 'ensemble' : 'ensemble-leader', more = [] }: EnsembleAbout = {},
): StrategyModule<Parameters> {
  return {
    manifest: {
      name,
      version: 2,
      summary: `Agents vote by calibrated probabilities and measured skill; a position is wanted from 80 % on, where it pays both fills${markets === 2 ? '. The second market leads' : ''}.`,
      markets,
      input: 'bars',
      may: 'position',
      parameters: PARAMETERS,
      features: () => [...SIGNALS, ...more],
    },
    create: (parameters) => new Ensemble(agents, parameters),
  };
}

type State = z.infer<typeof ENSEMBLE_STATE>;
type Pending = NonNullable<State['pending']>;
type Bet = NonNullable<State['bet']>;

export class Ensemble implements Strategy {
  readonly #agents: readonly Agent[];
  readonly #parameters: Parameters;
  readonly #regimes = new RegimeFilter();
  readonly #records: ReadonlyMap<AgentName, ScoreRecord>;
  readonly #pooled = new ScoreRecord();
  readonly #hits = new HitRecord();
  readonly #killed = new Set<AgentName>();
  #weights: number[] = Array.from({ length: MODEL_COLUMNS }, () => 0);
  #closes: number[] = [];
  /** Means in bps; NaN before the first. */
  #move = Number.NaN;
  #spread = Number.NaN;
  /** Of outcomes that moved, the share of rises; of all outcomes, the share that moved. */
  #rises = 0.5;
  #moved = 1;
  /** One vote and one bet at a time are waited for, so that outcomes do not overlap. */
  #pending: Pending | undefined;
  #bet: Bet | undefined;
  #left = 0;
  #wanted = 0;
  /** Of the last bar. */
  #atUs: TimeUs = 0;
  #votes: readonly Vote[];
  #figures: GateFigures;

  constructor(agents: readonly Agent[], parameters: Parameters) {
    this.#agents = agents;
    this.#parameters = parameters;
    this.#records = new Map(agents.map(({ name }, at) => [name, new ScoreRecord(at + 1)]));
    this.#figures = this.#figuresOf(undefined, 0, 0, 0);
    this.#votes = AGENT_NAMES.map((name) =>
      this.#silent(name, this.#records.has(name) ? 'unknown' : 'no-input'),
    );
  }

  onBar(view: View, out: Outbox): void {
    const close = view.steps[0]?.close ?? Number.NaN;
    const isPriced = Number.isFinite(close);
    if (view.isAfterGap || !isPriced) this.#begin();
    if (isPriced) this.#settle(close);
    const own = signsOf(view.features[0]);
    this.#sense(own, view.atUs);
    this.#atUs = view.atUs;
    this.#votes = this.#vote(view, own);
    const counted = this.#votes.flatMap(({ probability, weight }) =>
      probability === null || weight === 0 ? [] : [{ probability, weight }],
    );
    const logit = pooledLogit(counted);
    const p = logit === undefined ? undefined : (this.#pooled.probability(logit) ?? logistic(logit));
    const side = p === undefined || p === 0.5 ? 0 : p > 0.5 ? 1 : -1;
    const agree = counted.filter(({ probability }) => (probability - 0.5) * side > 0).length;
    this.#figures = this.#figuresOf(p, side, counted.length, agree);
    if (isPriced && comesTrue(this.#figures) >= this.#parameters.gate) this.#bet ??= { close, age: 0, side };
    this.#remember(close, own, logit, p);
    this.#decide(view, out, this.#figures);
  }

  /** Of the last bar. */
  report(): EnsembleReport {
    const { p, side, regime, right, judged, interval } = this.#figures;
    const [low, high] = interval;
    return {
      atUs: this.#atUs,
      regime,
      regimeSinceUs: this.#regimes.sinceUs,
      regimes: REGIMES.map((each) => ({ regime: each, probability: this.#regimes.probability(each) })),
      votes: this.#votes,
      probability: p ?? null,
      side: side > 0 ? 'up' : side < 0 ? 'down' : 'none',
      gates: gateRows(this.#figures),
      shut: shutGate(this.#figures),
      holdsBars: this.#wanted === 0 ? 0 : this.#left,
      hits: { right, count: judged, low, high },
    };
  }

  save(): string {
    return JSON.stringify({
      regimes: this.#regimes.save(),
      records: Object.fromEntries([...this.#records].map(([name, record]) => [name, record.save()])),
      pooled: this.#pooled.save(),
      hits: this.#hits.save(),
      killed: [...this.#killed],
      weights: this.#weights,
      closes: this.#closes,
      move: known(this.#move),
      spread: known(this.#spread),
      rises: this.#rises,
      moved: this.#moved,
      pending: this.#pending ?? null,
      bet: this.#bet ?? null,
      left: this.#left,
      wanted: this.#wanted,
      last: lastVote(this.#atUs, this.#figures, this.#votes),
    });
  }

  load(text: string): void {
    const state = ENSEMBLE_STATE.parse(JSON.parse(text));
    this.#regimes.load(state.regimes);
    for (const [name, record] of this.#records) {
      const saved = state.records[name];
      if (saved !== undefined) record.load(saved);
    }
    this.#pooled.load(state.pooled);
    this.#hits.load(state.hits);
    for (const name of state.killed) this.#killed.add(name);
    this.#weights = state.weights;
    this.#closes = state.closes;
    this.#move = state.move ?? Number.NaN;
    this.#spread = state.spread ?? Number.NaN;
    this.#rises = state.rises;
    this.#moved = state.moved;
    this.#pending = state.pending ?? undefined;
    this.#bet = state.bet ?? undefined;
    this.#left = state.left;
    this.#wanted = state.wanted;
    this.#restoreVote(state.last ?? NO_VOTE);
  }

  /** What is shown after a restart is what was shown before it: of a state without a vote, that there was none yet. */
  #restoreVote(last: LastVote): void {
    this.#atUs = last.atUs;
    this.#figures = this.#figuresOf(last.p ?? undefined, last.side, last.counted, last.agree);
    this.#votes = restoredVotes(last, (name) => {
      if (!this.#records.has(name)) return this.#silent(name, 'no-input');
      return this.#silent(name, this.#killed.has(name) ? 'killed' : 'unknown');
    });
  }

  /** What waits for an outcome has none that can be separated from the outage; what is held is judged anew. */
  #begin(): void {
    this.#left = 0;
    this.#closes = [];
    this.#pending = undefined;
    this.#bet = undefined;
  }

  /** Takes note of what came of a vote whose time is over. */
  #settle(close: number): void {
    const { horizonBars } = this.#parameters;
    this.#closes.push(close);
    if (this.#closes.length > horizonBars + 1) this.#closes.shift();
    if (this.#closes.length > horizonBars) {
      const move = Math.abs(close / (this.#closes[0] as number) - 1) * 10_000;
      this.#move = Number.isNaN(this.#move) ? move : this.#move + SLOW * (move - this.#move);
    }
    if (this.#left > 0) this.#left--;
    const { bet, pending } = { bet: this.#bet, pending: this.#pending };
    if (bet !== undefined && ++bet.age >= horizonBars) {
      this.#hits.onOutcome((close - bet.close) * bet.side > 0);
      this.#bet = undefined;
    }
    if (pending === undefined || ++pending.age < horizonBars) return;
    this.#pending = undefined;
    const isMove = close !== pending.close;
    this.#moved += SLOW * ((isMove ? 1 : 0) - this.#moved);
    // A price that stood says nothing of sides: that it stands is easy to foretell in a thin market, and is no fall.
    if (!isMove) return;
    const outcome = close > pending.close ? 1 : 0;
    for (const { agent, score, said } of pending.votes)
      this.#records.get(agent)?.onOutcome(score, said, pending.base, outcome);
    if (pending.logit !== undefined)
      this.#pooled.onOutcome(pending.logit, pending.said, pending.base, outcome);
    if (pending.row !== null) this.#learn(pending.row, outcome);
    this.#rises += SLOW * (outcome - this.#rises);
  }

  /** One step of logistic regression: the model's agent learns from each outcome once. */
  #learn(row: readonly number[], outcome: 0 | 1): void {
    const error =
      outcome - logistic(this.#weights.reduce((sum, weight, at) => sum + weight * (row[at] as number), 0));
    this.#weights = this.#weights.map((weight, at) => weight * DECAY + RATE * error * (row[at] as number));
  }

  #sense(own: Signs, atUs: TimeUs): void {
    const { spread } = own;
    const signs = regimeSigns(own, this.#spread);
    if (spread > 0)
      this.#spread = Number.isNaN(this.#spread) ? spread : this.#spread + SLOW * (spread - this.#spread);
    this.#regimes.update(signs, atUs);
  }

  #vote(view: View, own: Signs): Vote[] {
    const input = {
      atUs: view.atUs,
      own,
      leader: view.features[1] === undefined ? undefined : signsOf(view.features[1]),
      regimes: this.#regimes,
      weights: this.#weights,
      row: view.features[0] ?? NO_ROW,
      sentiment: view.sentiment?.[0],
      perpetuals: view.perpetuals?.[0],
      mispricing: view.mispricing?.[0],
    };
    return AGENT_NAMES.map((name) => this.#voteOf(name, input, view.stepUs));
  }

  #voteOf(name: AgentName, input: AgentInput, stepUs: number): Vote {
    const agent = this.#agents.find((each) => each.name === name);
    const record = this.#records.get(name);
    if (agent === undefined || record === undefined) return this.#silent(name, 'no-input');
    if (this.#killed.has(name)) return this.#silent(name, 'killed');
    let answer: ReturnType<Agent['answer']>;
    try {
      answer = agent.answer(input);
    } catch {
      // It alone: the others go on.
      this.#killed.add(name);
      return this.#silent(name, 'killed');
    }
    if (answer === undefined) return this.#silent(name, 'no-input');
    const { score, atUs } = answer;
    if (Number.isNaN(score)) return this.#silent(name, 'unknown');
    if (!(Math.abs(score) <= MOST_SCORE)) return this.#silent(name, 'bad-answer');
    if (!(atUs <= input.atUs && input.atUs - atUs <= MOST_AGE_BARS * stepUs))
      return this.#silent(name, 'late');
    const probability = record.probability(score) ?? null;
    const weight = probability === null ? 0 : record.skill;
    const state = probability === null ? 'learning' : weight > 0 ? 'votes' : 'no-skill';
    return { ...this.#silent(name, state), score, probability, weight };
  }

  #silent(agent: AgentName, state: VoteState): Vote {
    const record = this.#records.get(agent);
    return {
      agent,
      state,
      score: null,
      probability: null,
      weight: 0,
      gain: record?.gain ?? null,
      outcomes: record?.outcomes ?? 0,
      needed: LEAST_OUTCOMES,
    };
  }

  #figuresOf(p: number | undefined, side: number, counted: number, agree: number): GateFigures {
    const { gate, costBps, short } = this.#parameters;
    const { right, count: judged, interval } = this.#hits;
    const { regime } = this.#regimes;
    return {
      p,
      side,
      counted,
      agree,
      right,
      judged,
      interval,
      moved: this.#moved,
      moveBps: this.#move,
      regime,
      gate,
      costBps,
      short,
    };
  }

  #remember(close: number, own: Signs, logit: number | undefined, said: number | undefined): void {
    if (this.#pending !== undefined || !Number.isFinite(close)) return;
    const row = modelRow(own);
    this.#pending = {
      close,
      age: 0,
      base: this.#rises,
      // From what was not known nothing is learnt.
      row: row.every(Number.isFinite) ? [...row] : null,
      votes: this.#votes.flatMap(({ agent, score, probability }) =>
        score === null ? [] : [{ agent, score, said: probability ?? undefined }],
      ),
      logit,
      said,
    };
  }

  #decide(view: View, out: Outbox, figures: GateFigures): void {
    const { horizonBars, costBps } = this.#parameters;
    // A position lasts as long as the vote that it rests on.
    if (this.#wanted !== 0 && this.#left > 0) return;
    const shut = shutGate(figures);
    const { p = 0.5, side } = figures;
    // The stake by Kelly's share of an even bet.
    this.#wanted = shut === '' ? side * kellyOfOdds(sure(p), 1) : 0;
    const reason = shut === '' ? `agents agree, regime ${figures.regime}` : `gate shut: ${shut}`;
    out.want(0, this.#wanted, reason);
    if (view.steps.length > 1) out.want(1, 0, reason);
    if (shut !== '') return;
    this.#left = horizonBars;
    out.signal({
      market: 0,
      side: side > 0 ? 'up' : 'down',
      probability: comesTrue(figures),
      edgeBps: Math.min(10_000, edgeBps(figures) - costBps),
      horizonUs: horizonBars * view.stepUs,
    });
  }
}

function signsOf(row: View['features'][number] | undefined): Signs {
  return Object.fromEntries(SIGNALS.map((name, at) => [name, row?.[at] ?? Number.NaN])) as Signs;
}

const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

export const ensemble = ensembleOf(1);
export const ensembleLeader = ensembleOf(2);
