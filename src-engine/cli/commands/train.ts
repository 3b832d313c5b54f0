/** Trains a model from a spec, judges it by walk-forward against chance and costs, and registers it as a challenger. */
import { dirname, resolve } from 'node:path';
import { VERSION } from '../../config/version.ts';
import type { Judgement } from '../../training/judgement.ts';
import type { JudgedPolicy } from '../../training/policy.ts';
import { runTraining, type TrainingProgress } from '../../training/run-training.ts';
import { readSpec } from '../../training/training-spec.ts';
import { type Command, EXIT_DONE, flagOption, onlyPositional, type Output } from '../command.ts';
import { namedFile } from '../named-file.ts';
import { SHORT_WORDS } from '../strategy-words.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const train: Command = {
  name: 'train',
  words: [{ name: 'SPEC', words: 'a JSON file that says what is trained on what' }],
  options: {
    'dry-run': { words: 'judges, and stores no model' },
    ...DATA_DIR_OPTION,
  },
  details: [
    'A spec: {"name": "eth-logistic", "kind": "logistic", "file": "eth.csv", "features": ["candles"], "horizonBars": 5, "folds": 4, "costBps": 10}.',
    'kind: logistic, trees (boosted, on histograms), lstm, or a policy of flat, long and short: q (a table), dqn (a network). Others: symbol, barSeconds, embargoBars, seed,',
    'ridge, trees {rounds, depth, rate, …}, lstm {sequence, units, epochs, batch, rate, patience}, policy {episodes, gamma, alpha, hidden, rate}.',
    'The label is whether the price is higher, so many bars after the next close. Rows are fitted, calibrated and judged on pieces that share no label; every training',
    'on the same bars is counted, and the verdict allows for the best of so many being lucky. Equal inputs give equal bytes. The model becomes the challenger of its name.',
    'One that was broken off goes on from the folds that are done when the same command is given again.',
  ].join('\n'),
  examples: ['train eth.json', 'train eth.json --json'],
  async run(args, output) {
    const path = onlyPositional(args);
    const spec = readSpec(await namedFile('SPEC', path), path);
    const { record, registered } = await runTraining(spec, resolve(dirname(path), spec.file), {
      dataDir: dataDirOf(args),
      version: VERSION,
      now: () => new Date().toISOString(),
      stores: !flagOption(args, 'dry-run'),
      onProgress: notes(output, spec.folds),
    });
    const { judgement: verdict, market, rows, from, to } = record;
    output.result(
      {
        name: spec.name,
        ...record,
        sha256: registered?.sha256 ?? null,
        file: registered?.file ?? null,
        aliases: registered?.aliases ?? null,
      },
      [
        `${spec.name}: ${spec.kind} on ${market}, ${rows} rows, ${from.slice(0, 19)} to ${to.slice(0, 19)}`,
        ...('logLoss' in verdict ? judgementLines(verdict) : policyLines(verdict)),
        registered === undefined
          ? 'Nothing was stored.'
          : `${registered.isNew ? 'stored' : 'the same as before'}: ${registered.sha256} (${registered.aliases.challenger === registered.sha256 ? 'challenger' : 'champion'})`,
      ].join('\n'),
    );
    return EXIT_DONE;
  },
};

/** A note a fit, and for the rows at the start. */
function notes(output: Output, folds: number): (progress: TrainingProgress) => void {
  let noted = 0;
  return (progress) => {
    if (progress.phase === 'rows') {
      const again = progress.kept === 0 ? '' : `; ${progress.kept} are done already`;
      output.note(`${progress.rows} rows of ${progress.features} features; ${folds} rolls${again}`);
    } else if (progress.phase === 'training' && progress.fit > noted) {
      noted = progress.fit;
      if (progress.fit > 1) output.note(`fit ${progress.fit} of ${progress.fits}`);
    }
  };
}

export function judgementLines(judgement: Judgement): readonly string[] {
  const {
    rolls,
    logLoss,
    baseLogLoss,
    brier,
    auc,
    calibrationError,
    independentRows,
    t,
    trades,
    grossBps,
    netBps,
    shortNetBps,
    buyAndHoldBps,
    text,
  } = judgement;
  return [
    ...rolls.map(
      (roll, at) =>
        `  roll ${at + 1}: fitted on ${roll.fitRows}, calibrated on ${roll.calibrateRows}, judged on ${roll.judgeRows} rows to ${roll.judgeTo.slice(0, 16)}: log loss ${roll.logLoss.toFixed(4)}, of the base rate ${roll.baseLogLoss.toFixed(4)}`,
    ),
    `  judged: log loss ${logLoss.toFixed(4)} (base rate ${baseLogLoss.toFixed(4)}), Brier ${brier.toFixed(4)}, AUC ${auc === null ? 'none' : auc.toFixed(3)}, calibration error ${calibrationError.toFixed(3)}`,
    `  against chance: t ${t.toFixed(2)} on ${independentRows} rows whose labels do not overlap`,
    `  traded where the expected gain pays both fills: ${trades} trades, ${grossBps.toFixed(1)} bps before and ${netBps.toFixed(1)} bps after costs`,
    holdLine(shortNetBps, buyAndHoldBps),
    harderLine(judgement),
    text,
  ];
}

function harderLine({
  higherCostsNetBps,
  lateNetBps,
  deflatedSharpe,
  trials,
}: Judgement | JudgedPolicy): string {
  const deflated = deflatedSharpe === null ? 'not known' : deflatedSharpe.toFixed(3);
  return `  at costs half as high again ${higherCostsNetBps.toFixed(1)} bps, one bar later ${lateNetBps.toFixed(1)} bps; deflated Sharpe ${deflated} over ${trials} ${trials === 1 ? 'trial' : 'trials'}`;
}

function holdLine(shortNetBps: number, buyAndHoldBps: number): string {
  return `  of it ${shortNetBps.toFixed(1)} bps earned short; buy and hold ${buyAndHoldBps.toFixed(1)} bps after costs. ${SHORT_WORDS}`;
}

function policyLines(judged: JudgedPolicy): readonly string[] {
  const { rolls, changes, grossBps, netBps, shortNetBps, buyAndHoldBps, t, rows, text } = judged;
  return [
    ...rolls.map(
      (roll, at) =>
        `  roll ${at + 1}: learnt from ${roll.fitRows}, judged on ${roll.judgeRows} rows to ${roll.judgeTo.slice(0, 16)}: ${roll.netBps.toFixed(1)} bps after costs`,
    ),
    `  judged: ${rows} rows, ${changes} changes of position, ${grossBps.toFixed(1)} bps before and ${netBps.toFixed(1)} bps after costs; t of its timing ${t.toFixed(2)}`,
    holdLine(shortNetBps, buyAndHoldBps),
    harderLine(judged),
    text,
  ];
}
