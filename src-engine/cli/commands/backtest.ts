import { runBacktest } from '../../backtest/backtest.ts';
import type { BacktestReport } from '../../backtest/report.ts';
import { UserError } from '../../domain/errors.ts';
import { type Command, type CommandArgs, EXIT_DONE, numberOption, textOption } from '../command.ts';

/** A day: a book older than that says nothing. */
const MAX_AGE_MS = 86_400_000;
/** Cycles in the text for a person; --json has all of them. */
const SHOWN_CYCLES = 10;

export const backtest: Command = {
  name: 'backtest',
  summary: 'Replays market logs through the engine and reports what it saw and traded.',
  usage:
    'LOG... [--fee-bps N] [--min-notional N] [--max-age-ms N] [--legs 3|4] [--capital USDT=1000,BTC=0.1] [--seed N] [--json]',
  options: {
    'fee-bps': { type: 'string' },
    'min-notional': { type: 'string' },
    'max-age-ms': { type: 'string' },
    legs: { type: 'string' },
    capital: { type: 'string' },
    seed: { type: 'string' },
  },
  async run(args, output) {
    if (args.positionals.length === 0) {
      throw new UserError({
        code: 'bad-usage',
        field: 'LOG',
        message: 'is missing',
        remedy: 'Name at least one market log; the record command makes them.',
      });
    }
    const legs = numberOption(args, 'legs', { min: 3, max: 4, integer: true });
    const report = await runBacktest({
      logs: args.positionals,
      feeBps: numberOption(args, 'fee-bps', { min: 0, max: 9_999 }),
      minNotional: numberOption(args, 'min-notional', { min: 0, max: 1e12 }),
      maxAgeMs: numberOption(args, 'max-age-ms', { min: 0, max: MAX_AGE_MS, integer: true }),
      legs: legs === 4 ? 4 : 3,
      capital: capitalOf(args),
      seed: numberOption(args, 'seed', { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true }),
    });
    output.result(report, describe(report));
    return EXIT_DONE;
  },
};

/** `USDT=1000,BTC=0.1`; the first asset is the one that profits are counted in. */
function capitalOf(args: CommandArgs): Record<string, string> | undefined {
  const text = textOption(args, 'capital');
  if (text === undefined) return undefined;
  const capital: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [asset, amount, ...more] = part.split('=');
    if (!asset || !amount || more.length > 0) {
      throw new UserError({
        code: 'bad-option',
        field: '--capital',
        value: text,
        message: 'is not a list of ASSET=AMOUNT',
        remedy: 'Write for example --capital USDT=1000.',
      });
    }
    capital[asset] = amount;
  }
  return capital;
}

function describe(report: BacktestReport): string {
  const rows = report.cycles
    .slice(0, SHOWN_CYCLES)
    .map(
      (cycle) =>
        `  ${[...cycle.path, cycle.path[0]].join(' → ')}: ${cycle.evaluations} evaluations, ${cycle.grossPositive} gross-positive, ${cycle.netPositive} net, best ${cycle.bestGrossBps.toFixed(4)} bps`,
    );
  const more = report.cycles.length - rows.length;
  return [
    `${report.events} events from ${report.from} to ${report.to}`,
    ...rows,
    ...(more > 0 ? [`  and ${more} more cycles`] : []),
    `${report.opportunities} opportunities, ${report.orders} orders, ${report.fills} fills, PnL ${report.pnl} ${report.homeAsset} after ${report.fees} of fees`,
    ...report.explain,
    `digest ${report.digest}`,
  ].join('\n');
}
