/** Everything that may happen to the kernel. It reads no clock: each input brings its own time. */
import type { CaptureModel } from '../domain/capture-model.ts';
import type { Actor, InstrumentCause, WatchdogDeed } from '../domain/event.ts';
import type { DecimalText } from '../domain/decimal.ts';
import type { GoLiveStage } from '../domain/go-live.ts';
import type { Effect } from '../domain/effect.ts';
import type { Asset, InstrumentId, OrderId, VenueName } from '../domain/ids.ts';
import type { InstrumentChange, InstrumentStatus } from '../domain/instrument.ts';
import type { InventoryTarget, TransferTerms } from '../domain/inventory-schemas.ts';
import type { DetectionSettings, ExecutionSettings, RiskLimits } from '../domain/limits.ts';
import type { BookUpdate, FeedEvent, TradePrint } from '../domain/market-data.ts';
import type { VenueOrderEvent } from '../domain/order.ts';
import type { StrategyPromotion, StrategySetup } from '../domain/strategy-schemas.ts';
import type { BreakerName } from '../domain/risk.ts';
import type { FundingReading } from '../domain/funding-reading.ts';
import type { Prediction } from '../domain/prediction.ts';
import type { SentimentReading } from '../domain/sentiment.ts';
import type { DurationUs, TimeUs } from '../domain/time.ts';
import type { TransferRequest } from '../inventory/transfers.ts';
import type { Denial } from '../risk/check.ts';
import type { HandCommand } from './hand-command.ts';

export type Command =
  | { readonly type: 'kill'; readonly reason: string }
  | { readonly type: 'rearm' }
  /** Live trading at a venue: a canary first, then in full, and back; without a venue back at all of them. */
  | { readonly type: 'arm'; readonly venue: VenueName; readonly lossBudget: DecimalText }
  | { readonly type: 'armFully'; readonly venue: VenueName }
  | { readonly type: 'disarm'; readonly reason: string; readonly venue?: VenueName | undefined }
  /** A step of the go-live pipeline: a fact beside what it armed or disarmed; it changes nothing by itself. */
  | {
      readonly type: 'noteGoLive';
      readonly venue: VenueName;
      readonly from: GoLiveStage;
      readonly to: GoLiveStage;
      readonly reason: string;
    }
  | { readonly type: 'pause' }
  /** With a venue: ends the halt of that one alone. */
  | { readonly type: 'resume'; readonly venue?: VenueName | undefined }
  | { readonly type: 'setLimits'; readonly limits: Partial<RiskLimits> }
  | { readonly type: 'setDetection'; readonly detection: Partial<DetectionSettings> }
  | { readonly type: 'setExecution'; readonly execution: Partial<ExecutionSettings> }
  /** Ends an unknown order that the venue never showed; ignored while `OrderEvents.settlementObstacle` names one. */
  | { readonly type: 'settleOrder'; readonly orderId: OrderId }
  /** Takes the venue's balances for true where they differ from the ledger. */
  | { readonly type: 'adoptBalances'; readonly venue: VenueName }
  /** Asks every venue how the account stands. */
  | { readonly type: 'reconcile' }
  /** Lets a tripped breaker trade again. `venue` is empty for those of the account. */
  | { readonly type: 'resetBreaker'; readonly breaker: BreakerName; readonly venue: VenueName }
  | { readonly type: 'enableStrategy'; readonly strategy: string }
  /** Takes a quarantined code for one coin at all its venues. */
  | { readonly type: 'trustCoin'; readonly coin: Asset }
  /** What the registry has changed: it is asked from now on. Null: none is. */
  | {
      readonly type: 'setScorer';
      readonly model: CaptureModel | null;
      /** Asked in shadow beside a champion; absent: there is none. */
      readonly challenger?: CaptureModel | null;
    }
  /** What a model outside made of news: a number with an age, for the strategies. What does not fit its bounds is ignored. */
  | { readonly type: 'noteSentiment'; readonly reading: SentimentReading }
  | { readonly type: 'noteFunding'; readonly reading: FundingReading }
  | StrategyCommand
  | InventoryCommand
  | HandCommand;

/** Of strategies of the session; what cannot be is ignored: callers check it first. */
export type StrategyCommand =
  /** @param promotion why it may trade an account; for such a mode alone. */
  | {
      readonly type: 'setStrategy';
      readonly setup: StrategySetup;
      readonly promotion?: StrategyPromotion | undefined;
    }
  | { readonly type: 'removeStrategy'; readonly strategy: string }
  /** What a model outside answered to it; one that nothing waits for is ignored. */
  | { readonly type: 'notePrediction'; readonly prediction: Prediction }
  /** It took too long, as was measured outside of the kernel. */
  | { readonly type: 'failStrategy'; readonly strategy: string; readonly detail: string };

/** What a trader says of inventory. What cannot be is ignored: callers check it first. */
export type InventoryCommand =
  /** `target` null: an equal share again. */
  | ({ readonly type: 'setInventoryTarget' } & Omit<InventoryTarget, 'target'> & {
        readonly target: DecimalText | null;
      })
  /** `isKept` false: they are removed. */
  | { readonly type: 'setTransferTerms'; readonly terms: TransferTerms; readonly isKept: boolean }
  | { readonly type: 'declareTransfer'; readonly request: TransferRequest }
  | { readonly type: 'cancelTransfer'; readonly transferId: string };

/** What no adapter took. */
export type FailedEffect =
  | Exclude<Effect, { type: 'place' }>
  | { readonly type: 'place'; readonly venue: VenueName; readonly orderId: OrderId };

export type Input =
  | BookUpdate
  | TradePrint
  | FeedEvent
  /** A sign of life of a venue's connection: what its books show is what the venue has. */
  | { readonly kind: 'alive'; readonly venue: VenueName; readonly receivedUs: TimeUs }
  | {
      readonly kind: 'instrument-status';
      readonly instrumentId: InstrumentId;
      readonly status: InstrumentStatus;
      readonly atUs: TimeUs;
    }
  /** The venue changed its rules, or the account's fee there. */
  | {
      readonly kind: 'instrument-change';
      readonly instrumentId: InstrumentId;
      readonly change: InstrumentChange;
      readonly cause: InstrumentCause;
      readonly atUs: TimeUs;
    }
  /** It cannot be traded, and why; with an empty reason: it can again. */
  | {
      readonly kind: 'instrument-stopped';
      readonly instrumentId: InstrumentId;
      readonly reason: string;
      readonly atUs: TimeUs;
    }
  /** The feed cannot vouch for this book any longer: a message of it could not be read, or it was refused. */
  | {
      readonly kind: 'book-lost';
      readonly instrumentId: InstrumentId;
      readonly reason: string;
      readonly atUs: TimeUs;
    }
  | { readonly kind: 'order'; readonly event: VenueOrderEvent }
  /** The runner did not send this order: the kill switch was faster, or its intent is not durable. */
  | { readonly kind: 'withdrawn'; readonly orderId: OrderId; readonly denial: Denial; readonly atUs: TimeUs }
  | { readonly kind: 'command'; readonly command: Command; readonly actor: Actor; readonly atUs: TimeUs }
  /** Facts could not be made durable: nothing new may be sent. */
  | { readonly kind: 'journal-failed'; readonly reason: string; readonly atUs: TimeUs }
  /** No adapter took what the kernel asked for. Of an order's placement more follows: that it never left, or may have. */
  | {
      readonly kind: 'effect-failed';
      readonly effect: FailedEffect;
      readonly reason: string;
      readonly atUs: TimeUs;
    }
  | { readonly kind: 'watchdog-acted'; readonly deed: WatchdogDeed; readonly atUs: TimeUs }
  /** No watchdog watches this process until `watchdog-back`. */
  | {
      readonly kind: 'watchdog-lost';
      readonly venue: VenueName;
      readonly reason: string;
      readonly atUs: TimeUs;
    }
  /** Somebody set the machine's clock: it is so far from the one that the run goes by. */
  | { readonly kind: 'clock-set'; readonly stepUs: number; readonly atUs: TimeUs }
  /** Another watchdog watches this process. */
  | { readonly kind: 'watchdog-back'; readonly venue: VenueName; readonly atUs: TimeUs }
  /** The machine slept: what the venues sent meanwhile is lost. */
  | { readonly kind: 'wake'; readonly atUs: TimeUs }
  /** The journal takes facts again; so many about the market were let go while it did not. */
  | { readonly kind: 'facts-dropped'; readonly count: number; readonly atUs: TimeUs }
  /** How long a venue took to answer, as last measured over its public interface. */
  | {
      readonly kind: 'round-trip';
      readonly venue: VenueName;
      readonly roundTripUs: DurationUs;
      readonly atUs: TimeUs;
    }
  /** Live books that changed while the engine was behind, and have not been looked at since. */
  | { readonly kind: 'look'; readonly instrumentIds: readonly InstrumentId[]; readonly atUs: TimeUs }
  /** Time passes; comes on a fixed grid. */
  | { readonly kind: 'tick'; readonly atUs: TimeUs };

/** When it happened, of all that bring no time of a market message. */
export function timeOf(input: Exclude<Input, { kind: 'book' | 'trade' | 'alive' }>): TimeUs {
  return input.kind === 'order' ? input.event.atUs : input.atUs;
}
