/** Operations of the market and trading panels; see operations.ts. */
import { z } from 'zod';
import { bar, barSpan, MAX_BARS, MAX_BARS_A_STEP, pnlReport, regimeSpan } from './market-records.ts';
import { timeUs } from '../domain/value-schemas.ts';

export const marketOperations = {
  listBars: {
    summary:
      'Stored bars of one instrument, oldest first: mid prices of a live book, sampled ten times a second.',
    input: z.strictObject({
      instrumentId: z.number().int().nonnegative(),
      span: barSpan.default('1s'),
      limit: z.number().int().min(1).max(MAX_BARS).default(MAX_BARS),
    }),
    output: z.object({ bars: z.array(bar) }),
    role: 'viewer',
    changes: false,
  },
  listRegimes: {
    summary:
      'Which regime a market was in, by bar: the ensemble’s filter over the stored bars of one instrument, `barsAStep` of them as one. Of a bar only what was known at its end; none before 20 returns.',
    input: z.strictObject({
      instrumentId: z.number().int().nonnegative(),
      span: barSpan.default('1s'),
      barsAStep: z.number().int().min(1).max(MAX_BARS_A_STEP).default(1),
    }),
    output: z.object({ spans: z.array(regimeSpan) }),
    role: 'viewer',
    changes: false,
  },
  getPnlReport: {
    summary: 'Profit of finished cycles by day (UTC) and by cycle, as exact sums.',
    input: z.strictObject({ fromUs: timeUs.default(0), toUs: timeUs.optional() }),
    output: pnlReport,
    role: 'viewer',
    changes: false,
  },
  startRecording: {
    summary: 'Records every market frame to a market log that a backtest replays.',
    input: z.strictObject({}),
    output: z.object({ file: z.string() }),
    role: 'operator',
    changes: true,
  },
  stopRecording: {
    summary: 'Ends the recording and reports what it contains.',
    input: z.strictObject({}),
    output: z.object({ file: z.string(), events: z.number().int(), dropped: z.number().int() }),
    role: 'operator',
    changes: true,
  },
} as const;
