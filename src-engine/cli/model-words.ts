/** How a model is put into words on the command line. */
import type { ModelFile } from '../training/model-file.ts';

export function describeModel({ predictor, calibrator, features }: ModelFile): string {
  const what = kindWords(predictor);
  return `${what}; ${calibrator === null ? 'not calibrated' : `calibrated (${calibrator.kind})`}; ${features === null ? 'columns without names' : 'features named'}`;
}

function kindWords(predictor: ModelFile['predictor']): string {
  switch (predictor.kind) {
    case 'logistic':
      return `logistic regression of ${predictor.weights.length} features`;
    case 'trees':
      return `${predictor.trees.length} trees over ${predictor.features} features, ${predictor.groups} outputs, ${predictor.arithmetic === 'float32-below' ? 'x < t in float32' : 'x <= t in double'}`;
    case 'lstm':
      return `LSTM of ${predictor.weights.units} units over ${predictor.sequence} bars of ${predictor.means.length} features`;
    case 'q':
      return `table of ${predictor.values.length / 3} states, over ${predictor.cuts.length} features and the position`;
    case 'onnx':
      return `ONNX of ${predictor.nodes} nodes, operators of version ${predictor.opset}, ${predictor.input.name} ${predictor.input.type}[${predictor.input.dims.join(', ')}] to ${predictor.output.width} of ${predictor.output.name}`;
    case 'dqn':
      return `network of ${predictor.network.sizes.join(', ')}, over ${predictor.means.length} features and the position`;
  }
}
