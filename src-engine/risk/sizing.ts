/**
 * How much a cycle may start with, as an estimate: what the checks will let pass, so that a plan is made smaller rather
 * than refused. It is asked for every cycle that pays, so it rests on figures that are taken once a second or after an
 * order, and not on the account itself.
 */
import type { Asset, InstrumentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { RiskLevel, TradeRecord } from '../domain/risk.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { reachesBand } from './checks/volatility.ts';
import type { Escalation } from './escalation.ts';
import type { Exposure } from './exposure.ts';
import { kellyStake } from './kelly.ts';
import type { MidSamples } from './mid-samples.ts';

/** What a cut leaves of a size, and the part of a band from which a price counts as restless. */
const CUT = 0.5;
/** Room that is kept below a share of equity: legs are valued at their limit prices, not at the mid. */
const HEADROOM = 0.99;

export class Sizing {
  readonly #exposure: Exposure;
  readonly #samples: MidSamples;
  readonly #limits: () => RiskLimits;
  readonly #positions = new Map<Asset, number>();
  #gross = 0;
  #nextUs: TimeUs = 0;
  /** 1 where a price moved more than the part CUT of a band when it was last asked, and at which sample that was. */
  readonly #isRestless: Uint8Array;
  readonly #askedAt: Float64Array;

  constructor(
    instruments: readonly Instrument[],
    exposure: Exposure,
    samples: MidSamples,
    limits: () => RiskLimits,
  ) {
    this.#exposure = exposure;
    this.#samples = samples;
    this.#limits = limits;
    this.#isRestless = new Uint8Array(instruments.length);
    this.#askedAt = new Float64Array(instruments.length).fill(-1);
  }

  /** An order changed: the figures are computed again with the next tick. */
  stale(): void {
    this.#nextUs = 0;
  }

  onTick(nowUs: TimeUs): void {
    if (nowUs >= this.#nextUs) this.refresh(nowUs);
  }

  refresh(nowUs: TimeUs): void {
    this.#nextUs = nowUs + US_PER_SECOND;
    this.#positions.clear();
    for (const asset of this.#exposure.assets()) {
      this.#positions.set(asset, this.#exposure.position(asset)?.toNumber() ?? 0);
    }
    this.#gross = this.#exposure.gross().toNumber();
    // Limits may have changed, and with them the bands.
    this.#askedAt.fill(-1);
  }

  /** What is left of a size: half at the caution level, and half again where the price is restless. */
  factorOf(id: InstrumentId, level: RiskLevel): number {
    return cut(this.#moves(id), level);
  }

  /**
   * Largest start in the home currency, at most `most`. Where there is no room at all it does not cut: the checks then
   * say why.
   */
  startCap(
    { path, legs }: Cycle,
    most: number,
    { equity, level }: Pick<Escalation, 'equity' | 'level'>,
    record: TradeRecord,
  ): number {
    let isRestless = false;
    for (const { instrumentId } of legs) isRestless ||= this.#moves(instrumentId);
    const factor = cut(isRestless, level);
    if (equity === undefined) return most * factor;
    const limits = this.#limits();
    const worth = equity.toNumber();
    let room = (worth * limits.maxGrossExposurePct) / 100 - this.#gross;
    const share = (worth * limits.maxPositionPct) / 100;
    for (const asset of path) {
      if (!this.#exposure.isCash(asset)) room = Math.min(room, share - (this.#positions.get(asset) ?? 0));
    }
    const stake = kellyStake(record, equity, limits);
    if (stake !== undefined) room = Math.min(room, stake.toNumber());
    return Math.min(most, room > 0 ? room * HEADROOM : most) * factor;
  }

  /** Judged when asked: of a thousand prices a few are part of a cycle that pays. */
  #moves(id: InstrumentId): boolean {
    const { sampleCount } = this.#samples;
    if (this.#askedAt[id] !== sampleCount) {
      this.#isRestless[id] = reachesBand(this.#samples.volatility(id), this.#limits(), CUT) ? 1 : 0;
      this.#askedAt[id] = sampleCount;
    }
    return this.#isRestless[id] === 1;
  }
}

function cut(isRestless: boolean, level: RiskLevel): number {
  const calm = isRestless ? CUT : 1;
  return level === 'caution' ? calm * CUT : calm;
}
