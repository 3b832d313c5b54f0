/** The pairs rule (`pairs/pairs-rule.ts`) as a strategy of two markets. */
import { z } from 'zod';
import { PairsRule, type PairsState } from '../pairs/pairs-rule.ts';
import { DEFAULT_PAIRS, GAP_BARS, type PairsSettings } from '../pairs/pairs-settings.ts';
import { MAX_POSITION, type StrategyModule } from '../strategy-port.ts';

const PARAMETERS = z.strictObject({
  spread: z.enum(['regression', 'kalman']).default(DEFAULT_PAIRS.spread),
  windowBars: z.int().min(60).max(5_000).default(DEFAULT_PAIRS.windowBars),
  retestBars: z.int().min(1).max(5_000).default(DEFAULT_PAIRS.retestBars),
  entryZ: z.number().min(0.1).max(20).default(DEFAULT_PAIRS.entryZ),
  exitZ: z.number().min(0).max(20).default(DEFAULT_PAIRS.exitZ),
  stopZ: z.number().min(0.1).max(20).default(DEFAULT_PAIRS.stopZ),
  maxHalfLife: z.number().min(1).max(5_000).default(DEFAULT_PAIRS.maxHalfLife),
  /** Of each fill, in bps, for the edge that an entry must leave. */
  costBps: z.number().min(0).max(1_000).default(DEFAULT_PAIRS.costBpsA),
});

export const pairs: StrategyModule<z.infer<typeof PARAMETERS>> = {
  manifest: {
    name: 'pairs',
    version: 1,
    summary:
      'Trades the spread of two cointegrated markets back to its mean; stops for good when the relation breaks.',
    markets: 2,
    input: 'bars',
    may: 'position',
    parameters: PARAMETERS,
    features: () => [],
  },
  create({ costBps, ...settings }) {
    let rule: PairsRule | undefined;
    let stepUs = 0;
    const settingsOf = (): PairsSettings => ({
      ...DEFAULT_PAIRS,
      ...settings,
      costBpsA: costBps,
      costBpsB: costBps,
      maxGapUs: GAP_BARS * stepUs,
    });
    return {
      onBar({ steps: [a, b], atUs, stepUs: usualUs }, out) {
        if (a === undefined || b === undefined) return;
        if (rule === undefined) {
          stepUs = usualUs;
          rule = new PairsRule(settingsOf());
        }
        const { wanted, reason } = rule.onBar({ endUs: atUs, a: a.close, b: b.close });
        // A ratio beyond what may be held is not traded.
        const fits = Math.abs(wanted.b) <= MAX_POSITION;
        out.want(0, fits ? wanted.a : 0, fits ? reason : 'ratio-too-large');
        out.want(1, fits ? wanted.b : 0, fits ? reason : 'ratio-too-large');
      },
      save: () => JSON.stringify({ stepUs, rule: rule?.state ?? null }),
      load(text) {
        const state = JSON.parse(text) as { readonly stepUs: number; readonly rule: PairsState | null };
        stepUs = state.stepUs;
        rule = state.rule === null ? undefined : PairsRule.from(state.rule, settingsOf());
      },
    };
  },
};
