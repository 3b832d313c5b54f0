import { type RiskStatus, shownUse } from '../../contract/risk-records.ts';
import { breakerLabel } from '../../domain/halt-texts.ts';
import { breakerName } from '../../domain/risk-schemas.ts';
import type { LimitRow } from '../../domain/limit-row.ts';
import { LIMIT_SETS } from '../../domain/limit-table.ts';
import type { LimitScope } from '../../domain/risk.ts';
import { connectEngine } from '../../gateway/client.ts';
import { choiceOption, type Command, EXIT_DONE, flagOption, textOption } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const risk: Command = {
  name: 'risk',
  options: {
    reset: {
      value: 'BREAKER',
      words: 'closes a breaker again',
      choices: breakerName.options,
      not: ['limits'],
    },
    venue: {
      value: 'VENUE',
      words: 'of this venue, by its id in status',
      usual: 'the whole account',
      example: 'simulated',
      needs: ['reset'],
    },
    enable: {
      value: 'CYCLE',
      words: 'lets a stopped cycle trade again',
      example: 'simulated USD>BTC>ETH',
      not: ['limits'],
    },
    disable: {
      value: 'CYCLE',
      words: 'stops a cycle or route until it is enabled again',
      example: 'simulated USD>BTC>ETH',
      not: ['limits', 'enable'],
    },
    limits: { words: 'lists every limit and setting with its range' },
    ...DATA_DIR_OPTION,
  },
  examples: ['risk', 'risk --limits'],
  async run(args, output) {
    const breaker = choiceOption(args, 'reset', breakerName.options);
    const engine = connectEngine(dataDirOf(args), 'command-line');
    if (breaker !== undefined) {
      await engine.call('resetBreaker', { breaker, venue: textOption(args, 'venue') ?? '' });
    }
    const enable = textOption(args, 'enable');
    if (enable !== undefined) await engine.call('enableStrategy', { strategy: enable });
    const disable = textOption(args, 'disable');
    if (disable !== undefined) await engine.call('disableStrategy', { strategy: disable });
    if (flagOption(args, 'limits')) {
      const { limits, detection, homeAsset } = await engine.call('getSnapshot', {});
      const sets = { limits, detection, execution: await engine.call('getExecutionSettings', {}) };
      output.result(sets, listLimits(sets, homeAsset));
      return EXIT_DONE;
    }
    const answer = await engine.call('getRisk', {});
    const { markets } = await engine.call('getQuotedMarkets', {});
    const quoted = markets.map(
      ({ symbol, quotedAt, hedgedAt, obstacle, open, messages, messagesPerMinute }) => {
        const state = obstacle === '' ? 'quoted' : `not quoted: ${obstacle}`;
        const sent = `${messages} of ${messagesPerMinute} messages in a minute`;
        return `\n  ${symbol} at ${quotedAt}, hedged at ${hedgedAt}: ${state}, ${open} not hedged, ${sent}`;
      },
    );
    output.result({ ...answer, quotedMarkets: markets }, describe(answer) + quoted.join(''));
    return EXIT_DONE;
  },
};

function describe(answer: RiskStatus): string {
  const held = [
    ...answer.breakers.map(({ breaker, venue, state, reason }) => {
      const reset = `--reset ${breaker}${venue === '' ? '' : ` --venue ${venue}`}`;
      return `  ${breakerLabel(breaker, venue)} is ${state} (${reset}): ${reason}`;
    }),
    ...answer.stops.map(({ strategy, reason }) => `  "${strategy}" is stopped: ${reason}`),
  ];
  const gauges = answer.gauges.map((gauge) => {
    return `  ${gauge.name}: ${shownUse(gauge) ?? 'unknown'} of ${gauge.limit} ${gauge.unit}`;
  });
  return [
    `level ${answer.level}`,
    ...(held.length === 0 ? ['  nothing blocks trading'] : held),
    ...gauges,
  ].join('\n');
}

/** Each limit and setting: what it is set to, what it may be, and what it is for. */
function listLimits(sets: Readonly<Record<LimitScope, object>>, homeAsset: string): string {
  return Object.entries(LIMIT_SETS)
    .flatMap(([set, rows]) => {
      const values = new Map<string, unknown>(Object.entries(sets[set as LimitScope]));
      return Object.entries<LimitRow>(rows).map(([field, row]) => {
        const value = values.get(field);
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        const unit = row.unit === 'home' ? homeAsset : row.unit;
        const range = 'min' in row ? `, from ${row.min} to ${row.max}` : '';
        const usual = JSON.stringify(row.default) === JSON.stringify(value) ? 'the default' : 'changed';
        return `${set}.${field} = ${text} ${unit} (${usual}${range})\n  ${row.label}. ${row.hint}`;
      });
    })
    .join('\n');
}
