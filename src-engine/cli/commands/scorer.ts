/** Whether a model of the engine's own executions would have kept more by taking less, how its gate stands, and its training. */
import { storeTrial } from '../../assembly/scorer-shelf.ts';
import type { ScorerGate, ScorerReport, ScorerTrial } from '../../contract/scorer-operations.ts';
import { connectEngine } from '../../gateway/client.ts';
import { invocation } from '../../lib/invocation.ts';
import { type Command, EXIT_DONE, numberOption } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const SHOWN_WEIGHTS = 6;
const ACTIONS = ['show', 'train', 'trial'] as const;
const HOURS = { min: 2, max: 48, integer: true } as const;
const TRAIN_HOURS = 3;
const JUDGE_HOURS = 6;

export const scorer: Command = {
  name: 'scorer',
  words: [
    { name: 'ACTION', words: 'what to do; show where it is left out', count: 'optional', choices: ACTIONS },
  ],
  options: {
    seed: {
      value: 'N',
      words: 'trial: the seed of the market and of its runs',
      range: { min: 0, max: 1_000_000, integer: true },
      usual: 1,
      example: '7',
    },
    'train-hours': {
      value: 'N',
      words: 'trial: hours of the market that are learnt from',
      range: HOURS,
      usual: TRAIN_HOURS,
      example: '3',
    },
    'judge-hours': {
      value: 'N',
      words: 'trial: hours after them that are judged',
      range: HOURS,
      usual: JUDGE_HOURS,
      example: '6',
    },
    'competitor-pct': {
      value: 'N',
      words: 'trial: per cent of orders that a competitor forestalls',
      range: { min: 0, max: 100 },
      usual: '0, as in the demo',
      example: '10',
    },
    ...DATA_DIR_OPTION,
  },
  details: [
    'Asks a running engine. Its newest 5,000 executions are scored by a logistic model that was fitted on earlier ones alone: whether each completes with a profit. A gate does not take what',
    'clearly loses; the share of what was promised that came home is compared with taking all, with a 95 % interval. "train" fits one on all of them and makes it the challenger scorer-PROFILE:',
    'with the setting "Score opportunities" it is asked of each opportunity, and all are taken; promoted ("model promote"), and with "Gate by the scorer", it gates.',
    '"trial" asks no engine: it records hours of the demo’s market by simulation, trains a scorer on the first of them, and compares whole backtests of the later ones behind its gate and without, in the',
    'same market. It takes some minutes, changes no model, and its outcome is shown in the panel Models of the demo.',
  ].join('\n'),
  examples: ['scorer', 'scorer --json', 'scorer train', 'scorer trial --judge-hours 12'],
  async run(args, output) {
    if (args.positionals[0] === 'trial') {
      const { tryScorer } = await import('../../simulation/scorer-trial.ts');
      const { trial } = await tryScorer({
        seed: numberOption(args, 'seed') ?? 1,
        trainHours: numberOption(args, 'train-hours') ?? TRAIN_HOURS,
        judgeHours: numberOption(args, 'judge-hours') ?? JUDGE_HOURS,
        competitorPct: numberOption(args, 'competitor-pct') ?? 0,
        note: (text) => output.note(text),
      });
      await storeTrial(dataDirOf(args), trial);
      output.result(trial, trialLines(trial).join('\n'));
      return EXIT_DONE;
    }
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

function trialLines({
  text,
  records,
  taken,
  refused,
  threshold,
  profitPerHour,
  homeAsset,
  walkForward,
}: ScorerTrial): string[] {
  return [
    text,
    `  trained on ${records} executions, threshold ${threshold.toFixed(3)}; of the judged part ${taken} executions were taken without the gate, which left ${refused} opportunities`,
    ...(profitPerHour === null
      ? []
      : [
          `  behind the gate ${profitPerHour.value.toFixed(2)} ${homeAsset} an hour more (95 % interval ${profitPerHour.low.toFixed(2)} to ${profitPerHour.high.toFixed(2)})`,
        ]),
    `  over the executions of the first part: ${walkForward}`,
  ];
}

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

function gateLines(gate: ScorerGate): string[] {
  const { state, why, model, challenger, whyNoChallenger, challenged, asked, refused, unanswered } = gate;
  return [
    `Gate: ${state}${why === '' ? '' : ` (${why})`}`,
    ...(model === null
      ? []
      : [
          `  ${model.name} ${model.sha256.slice(0, 12)}, ${model.isChampion ? 'champion' : 'challenger'}, threshold ${model.threshold.toFixed(3)}`,
          `  this session: asked ${asked} times, ${refused} opportunities not taken, or not again, ${unanswered} without an answer`,
        ]),
    ...effectLines(gate.effect),
    ...(challenger === null
      ? []
      : [
          `Challenger: ${challenger.sha256.slice(0, 12)}, asked in shadow beside it, threshold ${challenger.threshold.toFixed(3)}`,
        ]),
    ...(whyNoChallenger === '' ? [] : [`Challenger: not asked (${whyNoChallenger})`]),
    ...(challenged === null ? [] : effectLines(challenged)),
    ...(gate.trial === null ? [] : ['Trial on a simulated market:', ...trialLines(gate.trial)]),
  ];
}

function effectLines(effect: ScorerGate['effect']): string[] {
  const home = (value: number): string => `${value.toFixed(2)} ${effect.homeAsset}`;
  const { above, shadow, control, refusedHome } = effect;
  const groups = [
    ['at or above the threshold', above],
    ['below it, taken in shadow', shadow],
    ['below it, taken as a control', control],
  ] as const;
  return [
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
