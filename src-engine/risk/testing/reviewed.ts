/** What a review of the sample order sees in tests: a calm account at NOW, in which every check passes. */
import { decimal, ZERO } from '../../domain/decimal.ts';
import { DEFAULT_LIMITS, type RiskLimits } from '../../domain/limits.ts';
import { sampleInstrument } from '../../testing/sample-intent.ts';
import type { RiskContext } from '../check.ts';

/** In microseconds. */
export const NOW = 10_000_000_000;

export function reviewed(
  changes: Pick<RiskContext, 'book'> & Partial<RiskContext>,
  limits: Partial<RiskLimits>,
): RiskContext {
  return {
    nowUs: NOW,
    limits: {
      ...DEFAULT_LIMITS,
      maxOrderNotional: '5000',
      maxOrderQty: { ETH: '2.5' },
      maxPositionPct: 5,
      maxRelatedExecutions: 3,
      maxBookAgeMs: 3_000,
      priceCollarBps: 100,
      ...limits,
    },
    homeAsset: 'USD',
    killed: false,
    arming: { refusal: '', share: 1 },
    unreconciled: '',
    reducesExposure: false,
    instrument: sampleInstrument(),
    isOpen: true,
    bookState: 'live',
    bookAgeUs: 0,
    reference: { price: 1_999.5, ageUs: 0 },
    volatility: { stdevBps: undefined, ewmaBps: undefined, atrBps: undefined },
    equityHome: decimal('100000'),
    positionHome: decimal('2000'),
    grossHome: decimal('2000'),
    sizeFactor: 1,
    level: 'normal',
    lossPct: ZERO,
    tripped: undefined,
    stopped: undefined,
    tradesToday: 0,
    related: 0,
    kellyNotional: undefined,
    notionalHome: decimal('2000'),
    openNotionalHome: ZERO,
    required: decimal('2002'),
    free: decimal('10000'),
    tokens: 10,
    tokensKept: 0,
    seenUs: undefined,
    ...changes,
  };
}
