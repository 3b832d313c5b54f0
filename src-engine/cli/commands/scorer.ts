/** Whether a model of the engine's own executions would have kept more by taking less, how its gate stands, and its training. */
import type { ScorerGate, ScorerReport } from '../../contract/scorer-operations.ts';
import { connectEngine } from '../../gateway/client.ts';
import { invocation } from '../../lib/invocation.ts';
import { type Command, EXIT_DONE } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const SHOWN_WEIGHTS = 6;
const ACTIONS = ['show', 'train'] as const;

export const scorer: Command = {
  name: 'scorer',
  words: [
    { name: 'ACTION', words: 'what to do; show where it is left out', count: 'optional', choices: ACTIONS },
  ],
  options: DATA_DIR_OPTION,
  details: [
    'Asks a running engine. Its newest 5,000 executions are scored by a logistic model that was fitted on earlier ones alone: whether each completes with a profit. A gate does not take what',
    'clearly loses; the share of what was promised that came home is compared with taking all, with a 95 % interval. "train" fits one on all of them and makes it the challenger scorer-PROFILE:',
    'with the setting "Score opportunities" it is asked of each opportunity, and all are taken; promoted ("model promote"), and with "Gate by the scorer", it gates.',
  ].join('\n'),
  examples: ['scorer', 'scorer --json', 'scorer train'],
  async run(args, output) {
    const engine = connectEngine(dataDirOf(args), 'command-line');
    if (args.positionals[0] === 'train') {
      const trained = await engine.call('trainScorer', {});
      const { name, sha256, threshold, report } = trained;
      output.result(
        trained,
        [
          `${name} ${sha256.slice(0, 12)} is the challenger, with a threshold of ${threshold.toFixed(3)}.`,
          ...reportLines(report),
          `"${invocation()} model gates ${name}" lists what a promotion asks for.`,
        ].join('\n'),
      );
      return EXIT_DONE;
    }
    const found = await engine.call('getScorer', {});
    const gate = await engine.call('getScorerGate', {});
    output.result({ ...found, gate }, [...reportLines(found), ...gateLines(gate)].join('\n'));
    return EXIT_DONE;
  },
};

function reportLines({
  text,
  records,
  left,
  logLoss,
  baseLogLoss,
  auc,
  folds,
  weights,
}: ScorerReport): string[] {
  return [
    text,
    `  ${records} executions, ${left} of them not used`,
    ...(logLoss === null || baseLogLoss === null
      ? []
      : [
          `  log loss ${logLoss.toFixed(4)}, of the share before ${baseLogLoss.toFixed(4)}; AUC ${auc === null ? 'none' : auc.toFixed(3)}`,
        ]),
    ...folds.map(
      ({ fitRows, judgeRows, judgeFrom, threshold, skipped }) =>
        `  from ${judgeFrom.slice(0, 19)}: fitted on ${fitRows}, ${skipped} of ${judgeRows} not taken, at a probability below ${threshold.toFixed(2)}`,
    ),
    ...weights
      .slice(0, SHOWN_WEIGHTS)
      .map(({ feature, weight }) => `  ${feature.padEnd(24)} ${weight.toFixed(3)}`),
  ];
}

function gateLines({ state, why, model, asked, refused, unanswered, effect }: ScorerGate): string[] {
  const home = (value: number): string => `${value.toFixed(2)} ${effect.homeAsset}`;
  const { above, shadow, control, refusedHome } = effect;
  const groups = [
    ['at or above the threshold', above],
    ['below it, taken in shadow', shadow],
    ['below it, taken as a control', control],
  ] as const;
  return [
    `Gate: ${state}${why === '' ? '' : ` (${why})`}`,
    ...(model === null
      ? []
      : [
          `  ${model.name} ${model.sha256.slice(0, 12)}, ${model.isChampion ? 'champion' : 'challenger'}, threshold ${model.threshold.toFixed(3)}`,
          `  this session: asked ${asked} times, ${refused} opportunities not taken, ${unanswered} without an answer`,
        ]),
    ...groups
      .filter(([, { count }]) => count > 0)
      .map(
        ([words, { count, captured, profitHome }]) =>
          `  ${words}: ${count} executions, ${captured} captured, ${home(profitHome)}`,
      ),
    ...(effect.refused === 0
      ? []
      : [
          `  not taken: ${effect.refused}; by their controls they would have earned ${refusedHome === null ? 'what is not known yet' : `${home(refusedHome.value)} (95 % interval ${home(refusedHome.low)} to ${home(refusedHome.high)})`}`,
        ]),
  ];
}
