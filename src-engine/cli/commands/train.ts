/** Trains a model from a spec, judges it by walk-forward against chance and costs, and registers it as a challenger. */
import { dirname, resolve } from 'node:path';
import { readMarkets } from '../../backtest/strategy/read-markets.ts';
import { countTrial, hashOf } from '../../backtest/strategy/trial-ledger.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
import { FeatureSet } from '../../features/feature-set.ts';
import { inSequences, makeDataset } from '../../training/dataset.ts';
import { type JudgedPolicy, judgePolicy, trainPolicy } from '../../training/policy.ts';
import { ModelRegistry } from '../../training/registry.ts';
import { judge, type Judgement, trainModel } from '../../training/train.ts';
import { readSpec } from '../../training/training-spec.ts';
import { type Command, EXIT_DONE, flagOption, onlyPositional } from '../command.ts';
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
  ].join('\n'),
  examples: ['train eth.json', 'train eth.json --json'],
  async run(args, output) {
    const path = onlyPositional(args);
    const spec = readSpec(await namedFile('SPEC', path), path);
    const set = new FeatureSet(spec.features, 'features');
    const market = await readMarkets(
      { name: 'training', markets: 1, input: 'bars' },
      {
        files: [resolve(dirname(path), spec.file)],
        symbols: spec.symbol === undefined ? [] : [spec.symbol],
        barSeconds: spec.barSeconds,
      },
    );
    const barSeconds = market.steps.stepUs / US_PER_SECOND;
    const isPolicy = spec.kind === 'q' || spec.kind === 'dqn';
    // The reward of an action is the next bar's return.
    const asRows = makeDataset(set, market.steps, isPolicy ? 1 : spec.horizonBars, spec.kind === 'trees');
    const data = spec.kind === 'lstm' ? inSequences(asRows, spec.lstm.sequence) : asRows;
    output.note(`${data.rows} rows of ${set.names.length} features; ${spec.folds} rolls`);
    const trained = isPolicy
      ? trainPolicy(spec, set, data, barSeconds)
      : trainModel(spec, set, data, barSeconds);
    const { model } = trained;
    const dataDir = dataDirOf(args);
    const { name: _, file: __, ...asked } = spec;
    // The t of a trial stands for its Sharpe ratio: it counts trials alone.
    const trials = await countTrial(dataDir, {
      data: hashOf('train', market.hash),
      trial: hashOf(asked, set.id),
      sharpe: trained.judgement.t,
    });
    const verdict =
      'logLoss' in trained.judgement
        ? judge(trained.judgement, trials.length)
        : judgePolicy(trained.judgement, trials.length);
    const record = {
      kind: spec.kind,
      spec: asked,
      market: market.names[0],
      from: market.from,
      to: market.to,
      dataSha256: market.hash,
      featureSetId: set.id,
      rows: data.rows,
      left: data.left,
      judgement: verdict,
    };
    const registered = flagOption(args, 'dry-run')
      ? undefined
      : await new ModelRegistry(dataDir, () => new Date().toISOString()).register(spec.name, model, record);
    output.result(
      {
        name: spec.name,
        ...record,
        sha256: registered?.sha256 ?? null,
        file: registered?.file ?? null,
        aliases: registered?.aliases ?? null,
      },
      [
        `${spec.name}: ${spec.kind} on ${market.names[0]}, ${data.rows} rows of ${set.names.length} features, ${market.from.slice(0, 19)} to ${market.to.slice(0, 19)}`,
        ...('logLoss' in verdict ? judgementLines(verdict) : policyLines(verdict)),
        registered === undefined
          ? 'Nothing was stored.'
          : `${registered.isNew ? 'stored' : 'the same as before'}: ${registered.sha256} (${registered.aliases.challenger === registered.sha256 ? 'challenger' : 'champion'})`,
      ].join('\n'),
    );
    return EXIT_DONE;
  },
};

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
    text,
  ];
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
    text,
  ];
}
