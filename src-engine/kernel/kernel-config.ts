/** What a kernel is made from, and the cycles that follow from it. */
import type { BookDepth } from '../domain/book-depth.ts';
import type { VerifierOf } from '../books/book-verifier.ts';
import { enumerateCycles, startOrder } from '../detection/pair-graph.ts';
import type { CaptureModel } from '../domain/capture-model.ts';
import { carriedInstruments } from '../domain/carried-instrument.ts';
import type { DecimalText } from '../domain/decimal.ts';
import type { FillRecord, RecoveredOrder, RunMode } from '../domain/event.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { DetectionSettings, ExecutionSettings, RiskLimits } from '../domain/limits.ts';
import type { Cycle } from '../domain/opportunity.ts';
import { Universe } from '../domain/universe.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { RiskSnapshot } from '../domain/risk.ts';
import type { OpeningAccount } from '../portfolio/portfolio.ts';
import type { StrategyStanding } from '../domain/strategy-schemas.ts';
import type { StrategyShelf } from '../strategies/session/shelf.ts';
import type { StandingHalts } from './halts.ts';

export type KernelConfig = {
  /** Unique among all runs of an account: ids of intents and orders derive from it. */
  readonly runId: string;
  /** The account's run whose simulated twin this is: both call a transfer by the same id. */
  readonly twinOf?: string | undefined;
  readonly mode: RunMode;
  readonly simulatedMarket: boolean;
  readonly seed: number;
  readonly homeAsset: Asset;
  readonly instruments: readonly Instrument[];
  readonly bookDepth: BookDepth;
  /** What shows that a book is the venue's own, by venue; see BookStore. */
  readonly verifierOf?: VerifierOf | undefined;
  readonly limits: RiskLimits;
  readonly detection: DetectionSettings;
  /** Where it differs from the defaults. */
  readonly execution?: Partial<ExecutionSettings> | undefined;
  readonly opening: OpeningAccount;
  /** Of the opening, what lies at venues that were no part of the runs before. */
  readonly joined?: OpeningAccount['balances'] | undefined;
  /** Venues whose cash is split so that routes between them can begin, where nothing else lies there; see StartingInventory. */
  readonly freshAt?: readonly VenueName[] | undefined;
  /** The kill switch as the last run left it. */
  readonly killed: boolean;
  /**
   * Orders of the last run whose end is not known, and those that ended lately, with the fills that were booked: what
   * was open begins as unknown.
   */
  readonly openOrders?: readonly RecoveredOrder[] | undefined;
  /** What finished executions of earlier runs left of each asset, for a sweep; below zero: they sold that and did not buy it back. */
  readonly residuals?: readonly { readonly asset: Asset; readonly amount: DecimalText }[] | undefined;
  /** What sweeps took that no record of a finished execution has: of `abandonedFills`, or of the account's own; below zero. */
  readonly sweptBeyond?: KernelConfig['residuals'];
  /** Fills of the cycles in the middle of which the last run ended, oldest first. */
  readonly unfinishedFills?: readonly FillRecord[] | undefined;
  /** Fills of cycles that runs before the last one left in the middle. `sweptBeyond` has what sweeps took of them since. */
  readonly abandonedFills?: readonly FillRecord[] | undefined;
  /** The venues keep an account: it is compared before the first order, and again and again. */
  readonly mustReconcile?: boolean | undefined;
  /** Venues that have no dead-man switch: the watchdog alone cancels there when the engine dies. */
  readonly withoutDeadMan?: readonly VenueName[] | undefined;
  /** Placements and cancels a minute of orders that rest in one market that an account's limits bear; of the others: more than is sent. */
  readonly messagesPerMarket?: Readonly<Record<VenueName, number>> | undefined;
  /** Venues of such a run whose account could not be started, with the reason: their markets are watched, and nothing is sent. */
  readonly watchedOnly?: Readonly<Record<VenueName, string>> | undefined;
  /** Venues that deduct the fee from the asset received; the others charge it in quote. Cross-venue routes are sized by it. */
  readonly feesInReceived?: readonly VenueName[] | undefined;
  /** The run trades an account for real: it begins disarmed. */
  readonly mustArm?: boolean | undefined;
  /** Why the run begins halted until an operator resumes; undefined: it does not. */
  readonly haltedFor?: string | undefined;
  /** Which kind of halt that is; `restart` when left out. */
  readonly haltCode?: 'restart' | 'history-altered' | undefined;
  /** What stood when the session before ended to start again by itself. */
  readonly standing?: StandingHalts | undefined;
  /** What the risk engine knew when the last run ended; undefined: a fresh account. */
  readonly risk?: RiskSnapshot | undefined;
  /** Fills of the last 24 hours before the run: how trading moved each asset. */
  readonly recentFills?: readonly FillRecord[] | undefined;
  /** The strategies as the run before left them. */
  readonly strategies?: readonly StrategyStanding[] | undefined;
  /** What can be run of them; undefined: none. */
  readonly shelf?: StrategyShelf | undefined;
  /** Says how likely an opportunity is to be captured; undefined: none is asked. */
  readonly scorer?: CaptureModel | undefined;
  /** How often the limits and settings of this profile were changed so far. */
  readonly limitsVersion?: number | undefined;
  /** An operator has set the risk limits of this profile; changes of other settings do not count. */
  readonly areLimitsSet?: boolean | undefined;
};

/** The run's instruments, and after them the pairs that only orders of earlier runs are in: these are never traded. */
export function knownInstruments(config: KernelConfig): Instrument[] {
  const { instruments, homeAsset, openOrders = [], unfinishedFills = [], abandonedFills = [] } = config;
  const earlier = [...openOrders.map(({ record }) => record), ...unfinishedFills, ...abandonedFills];
  const universe = new Universe(instruments, homeAsset);
  const carried = carriedInstruments(instruments, earlier, knownCoins(config)).map((one) => ({
    ...one,
    base: universe.at(one.base, one.venue),
    quote: universe.at(one.quote, one.venue),
  }));
  return [...instruments, ...carried];
}

/** Codes of everything that is traded, held, or that fills were charged in. */
function knownCoins({
  instruments,
  opening,
  unfinishedFills = [],
  abandonedFills = [],
}: KernelConfig): Set<string> {
  const assets = [
    ...instruments.flatMap(({ base, quote }) => [base, quote]),
    ...opening.balances.map(({ asset }) => asset),
    ...[...unfinishedFills, ...abandonedFills].map(({ feeAsset }) => feeAsset),
  ];
  return new Set(assets.map(assetName));
}

/** The same with instruments of its own: a run takes the venue's changes in place, and others may begin from the same list. */
export function withOwnInstruments(config: KernelConfig): KernelConfig {
  return { ...config, instruments: config.instruments.map((instrument) => ({ ...instrument })) };
}

/** Every cycle of the run with its dense id; a cycle starts in its venue's cash if it can, then in what is held. */
export function cyclesOf({ instruments, homeAsset, opening, detection }: KernelConfig): Cycle[] {
  const universe = new Universe(instruments, homeAsset);
  const cash = universe.isApart ? universe.venues.map((venue) => universe.cashOf(venue)) : [homeAsset];
  const held = opening.balances.map((balance) => balance.asset).filter((asset) => !cash.includes(asset));
  const order = startOrder(instruments, [...cash, ...held]);
  return universe.venues
    .flatMap((venue) => {
      const own = instruments.filter((instrument) => instrument.venue === venue);
      return enumerateCycles(own, venue, detection.maxLegs, order);
    })
    .map((cycle, id) => ({ ...cycle, id }));
}
