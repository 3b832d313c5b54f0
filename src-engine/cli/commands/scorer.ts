/** Whether a model of the engine's own executions would have kept more by taking less. */
import { connectEngine } from '../../gateway/client.ts';
import { type Command, EXIT_DONE } from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const SHOWN_WEIGHTS = 6;

export const scorer: Command = {
  name: 'scorer',
  options: DATA_DIR_OPTION,
  details: [
    'Asks a running engine. Its newest 5,000 executions are scored by a logistic model that was fitted on earlier ones alone: whether each completes with a profit. A gate does not take what',
    'clearly loses; the share of what was promised that came home is compared with taking all, with a 95 % interval. It gates nothing: the engine takes all.',
  ].join('\n'),
  examples: ['scorer', 'scorer --json'],
  async run(args, output) {
    const found = await connectEngine(dataDirOf(args), 'command-line').call('getScorer', {});
    const { text, records, left, logLoss, baseLogLoss, auc, folds, weights } = found;
    output.result(
      found,
      [
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
      ].join('\n'),
    );
    return EXIT_DONE;
  },
};
